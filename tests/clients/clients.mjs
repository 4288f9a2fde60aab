// SPDX-License-Identifier: GPL-3.0-or-later
//
// clients.mjs URL: the official clients of Ollama and OpenAI against antiphon-sim.

import assert from 'node:assert/strict';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

const url = process.argv[2];
const ollama = new Ollama({ host: url });
const openai = new OpenAI({ baseURL: url + '/v1', apiKey: 'none', maxRetries: 0 });

const counted = /^1 2 3 4 5/;
const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
const messages = [{ role: 'user', content: 'hello' }];

async function take(stream, text) {
  let all = '', last = null, pieces = 0;
  for await (const part of stream) {
    const piece = text(part);
    all += piece ?? '';
    pieces += piece ? 1 : 0;
    last = part;
  }
  return { all, last, pieces };
}

async function stats() {
  return (await fetch(url + '/sim/stats')).json();
}

async function settled() {
  for (let i = 0; i < 200 && (await stats()).generate.in_flight > 0; i++)
    await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal((await stats()).generate.in_flight, 0);
}

const tests = {
  async 'ollama: list'() {
    const { models } = await ollama.list();
    assert.ok(models.some(m => m.name === 'llama:latest'));
    assert.ok(models.every(m => m.digest && m.size > 0));
  },

  async 'ollama: show'() {
    const shown = await ollama.show({ model: 'thinker' });
    assert.ok(shown.capabilities.includes('thinking'));
    assert.ok(shown.details.family);
  },

  async 'ollama: show what is not there'() {
    await assert.rejects(ollama.show({ model: 'nobody' }), /not found/);
  },

  async 'ollama: generate'() {
    const reply = await ollama.generate({ model: 'llama', prompt: 'hello' });
    assert.match(reply.response, counted);
    assert.equal(reply.done, true);
    assert.equal(reply.done_reason, 'stop');
    assert.equal(reply.eval_count, 20);
    assert.ok(reply.total_duration > 0 && reply.context.length > 0);
  },

  async 'ollama: generate, streamed'() {
    const { all, last, pieces } = await take(
      await ollama.generate({ model: 'llama', prompt: 'hello', stream: true }), p => p.response);
    assert.match(all, counted);
    assert.equal(pieces, 20);
    assert.equal(last.done, true);
  },

  async 'ollama: chat, streamed'() {
    const { all, last } = await take(
      await ollama.chat({ model: 'llama', messages, stream: true }), p => p.message.content);
    assert.match(all, counted);
    assert.equal(last.done_reason, 'stop');
  },

  async 'ollama: options'() {
    const reply = await ollama.generate({ model: 'llama', prompt: 'hello', options: { num_predict: 3 } });
    assert.equal(reply.eval_count, 3);
    assert.equal(reply.done_reason, 'length');
  },

  async 'ollama: thinking'() {
    const reply = await ollama.chat({ model: 'thinker', messages, think: true });
    assert.ok(reply.message.thinking.length > 0);
    assert.ok(reply.message.content.length > 0);
  },

  async 'ollama: one that cannot think'() {
    await assert.rejects(ollama.chat({ model: 'llama', messages, think: true }),
                         /does not support thinking/);
  },

  async 'ollama: structured output'() {
    const reply = await ollama.chat({ model: 'llama', messages, format: schema });
    assert.equal(typeof JSON.parse(reply.message.content).a, 'number');
  },

  async 'ollama: no such model'() {
    await assert.rejects(ollama.generate({ model: 'nobody', prompt: 'hello' }), error => {
      assert.equal(error.status_code, 404);
      assert.match(error.message, /model 'nobody' not found/);
      return true;
    });
  },

  async 'ollama: busy'() {
    await assert.rejects(ollama.generate({ model: 'busy', prompt: 'hello' }), error => {
      assert.equal(error.status_code, 503);
      return true;
    });
  },

  async 'ollama: an error in the middle'() {
    await assert.rejects(async () => take(
      await ollama.generate({ model: 'broken', prompt: 'hello', stream: true }), p => p.response),
                         /unexpected EOF/);
  },

  async 'ollama: abort'() {
    const client = new Ollama({ host: url });
    await assert.rejects(async () => {
      const stream = await client.generate({ model: 'slow', prompt: 'hello', stream: true });
      for await (const part of stream)
        if (part.response)
          client.abort();
    }, { name: 'AbortError' });
    await settled();
  },

  async 'ollama: load, ps and unload'() {
    await ollama.generate({ model: 'llama', prompt: '', keep_alive: '5m' });
    assert.ok((await ollama.ps()).models.some(m => m.name === 'llama:latest'));
    await ollama.generate({ model: 'llama', prompt: '', keep_alive: 0 });
    assert.ok(!(await ollama.ps()).models.some(m => m.name === 'llama:latest'));
  },

  async 'ollama: pull and delete'() {
    const { last } = await take(await ollama.pull({ model: 'fresh', stream: true }), p => p.status);
    assert.equal(last.status, 'success');
    await ollama.delete({ model: 'fresh' });
    await assert.rejects(ollama.show({ model: 'fresh' }), /not found/);
  },

  async 'openai: list'() {
    const { data } = await openai.models.list();
    assert.ok(data.some(m => m.id === 'llama:latest'));
  },

  async 'openai: chat'() {
    const reply = await openai.chat.completions.create({ model: 'llama', messages });
    assert.match(reply.choices[0].message.content, counted);
    assert.equal(reply.choices[0].finish_reason, 'stop');
    assert.equal(reply.usage.completion_tokens, 20);
  },

  async 'openai: chat, streamed'() {
    let usage = null;
    const stream = await openai.chat.completions.create(
      { model: 'llama', messages, stream: true, stream_options: { include_usage: true } });
    const { all, pieces } = await take(stream, p => {
      usage = p.usage ?? usage;
      return p.choices[0]?.delta?.content;
    });
    assert.match(all, counted);
    assert.equal(pieces, 20);
    assert.equal(usage.completion_tokens, 20);
  },

  async 'openai: completions, streamed'() {
    const { all } = await take(await openai.completions.create(
      { model: 'llama', prompt: 'hello', max_tokens: 5, stream: true }), p => p.choices[0]?.text);
    assert.equal(all.trim(), '1 2 3 4 5');
  },

  async 'openai: structured output'() {
    const reply = await openai.chat.completions.create(
      { model: 'llama', messages,
        response_format: { type: 'json_schema', json_schema: { name: 's', schema } } });
    assert.equal(typeof JSON.parse(reply.choices[0].message.content).a, 'number');
  },

  async 'openai: no such model'() {
    await assert.rejects(openai.chat.completions.create({ model: 'nobody', messages }),
                         OpenAI.NotFoundError);
  },

  async 'openai: abort'() {
    const stream = await openai.chat.completions.create({ model: 'slow', messages, stream: true });
    for await (const part of stream)
      if (part.choices[0]?.delta?.content) {
        stream.controller.abort();
        break;
      }
    await settled();
  },
};

console.log(`1..${Object.keys(tests).length}`);
let number = 0;
for (const [name, test] of Object.entries(tests)) {
  number++;
  try {
    await test();
    console.log(`ok ${number} - ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`not ok ${number} - ${name}`);
    console.log(String(error.stack).replace(/^/gm, '# '));
  }
}
