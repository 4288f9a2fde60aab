#compdef antiphon antiphon-run
# SPDX-License-Identifier: GPL-3.0-or-later
# zsh completion for antiphon and antiphon-run. The options are those that --help lists.

_antiphon_models()
{
  local -a models
  models=(${(f)"$(_call_program models $words[1] --list-models 2>/dev/null | cut -f 1)"})
  compadd -a models
}

_arguments -s -S -- \
  '*=MODEL*:model:_antiphon_models' \
  '*=HOW*:how much:(yes no low medium high max)' \
  '*=FILE*:file:_files' \
  ':prompts:_files'
