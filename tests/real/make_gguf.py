#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_gguf.py FILE: writes a language model that knows nothing.

Two layers of random weights in llama's architecture, with a vocabulary of bytes and some pieces: a few
hundred kB that a real server loads in no time and that answers any prompt with nonsense, the same
nonsense for the same seed."""

import sys

import gguf
import numpy as np

EMBEDDING = 64
LAYERS = 2
HEADS = 4
FEED_FORWARD = 128
CONTEXT = 2048


def vocabulary():
    """SentencePiece's order: specials, bytes, then pieces that cover common text."""
    tokens = [(b'<unk>', 0.0, gguf.TokenType.UNKNOWN), (b'<s>', 0.0, gguf.TokenType.CONTROL),
              (b'</s>', 0.0, gguf.TokenType.CONTROL)]
    tokens += [(b'<0x%02X>' % byte, 0.0, gguf.TokenType.BYTE) for byte in range(256)]
    pieces = ['\u2581'] + [chr(c) for c in range(ord('a'), ord('z') + 1)]
    pieces += ['\u2581' + c for c in 'abcdefghijklmnopqrstuvwxyz']
    pieces += list('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?"\'(){}[]-\n')
    tokens += [(p.encode(), -1.0 - i / 100, gguf.TokenType.NORMAL) for i, p in enumerate(pieces)]
    return tokens


def main():
    random = np.random.default_rng(7)
    tokens = vocabulary()

    def weights(*shape):
        return (random.standard_normal(shape) * 0.3).astype(np.float32)

    writer = gguf.GGUFWriter(sys.argv[1], 'llama')
    writer.add_name('tiny')
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(EMBEDDING // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model('llama')
    writer.add_token_list([t[0] for t in tokens])
    writer.add_token_scores([t[1] for t in tokens])
    writer.add_token_types([t[2] for t in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)

    writer.add_tensor('token_embd.weight', weights(len(tokens), EMBEDDING))
    writer.add_tensor('output_norm.weight', np.ones(EMBEDDING, np.float32))
    writer.add_tensor('output.weight', weights(len(tokens), EMBEDDING))
    for layer in range(LAYERS):
        name = 'blk.%d.' % layer
        writer.add_tensor(name + 'attn_norm.weight', np.ones(EMBEDDING, np.float32))
        for part in 'attn_q', 'attn_k', 'attn_v', 'attn_output':
            writer.add_tensor(name + part + '.weight', weights(EMBEDDING, EMBEDDING))
        writer.add_tensor(name + 'ffn_norm.weight', np.ones(EMBEDDING, np.float32))
        writer.add_tensor(name + 'ffn_gate.weight', weights(FEED_FORWARD, EMBEDDING))
        writer.add_tensor(name + 'ffn_up.weight', weights(FEED_FORWARD, EMBEDDING))
        writer.add_tensor(name + 'ffn_down.weight', weights(EMBEDDING, FEED_FORWARD))

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == '__main__':
    main()
