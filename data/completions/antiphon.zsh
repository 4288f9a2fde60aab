#compdef antiphon antiphon-run
# SPDX-License-Identifier: GPL-3.0-or-later
# zsh completion for antiphon and antiphon-run. The options are those that --help lists.

_antiphon_models()
{
  local -a models
  models=(${(f)"$(_call_program models $words[1] --list-models 2>/dev/null | cut -f 1)"})
  compadd "$@" -a models
}

# A text, or the file that it is in.
_antiphon_text()
{
  if compset -P @; then
    _files
  else
    _message 'text, or @FILE'
  fi
}

# _antiphon_spec NAME VALUE: sets `reply` to what _arguments wants to hear of an option's value.
_antiphon_spec()
{
  case $1 in
    model) reply=':model:_antiphon_models' ;;
    think) reply=':how much:(yes no low medium high max)' ;;
    split) reply=':what is between prompts:(lines dashes blank-lines)' ;;
    output-format)
      reply=':format:(jsonl json csv tsv markdown html openai openai-errors promptfoo)' ;;
    jobs) reply=':number:(auto)' ;;
    template | system | format) reply=':text:_antiphon_text' ;;
    *)
      reply=": $2: "
      [[ $2 != FILE ]] || reply=':file:_files' ;;
  esac
}

_antiphon()
{
  local line letter name what reply flags
  local -a specs match mbegin mend
  local -A known

  for line in ${(f)"$(_call_program options $words[1] --help 2>/dev/null)"}; do
    [[ $line =~ '^ +(-([A-Za-z]), )?--([a-z][a-z-]*)(\[?=([^ ]+))?(  +(.*))?$' ]] || continue
    letter=$match[2] name=$match[3] what=${match[7]//(#m)[\]\[:\\]/\\$MATCH} reply='' flags="--$name"
    [[ -z $known[$name] ]] || continue
    known[$name]=1
    [[ -z $match[5] ]] || _antiphon_spec $name ${match[5]//:/}

    # What takes a value may come again; what does not is said once.
    if [[ -n $reply ]]; then
      specs+=("*--${name}=[$what]$reply")
      [[ -z $letter ]] || specs+=("*-${letter}+[$what]$reply")
    else
      [[ -z $letter ]] || flags+=" -$letter"
      specs+=("($flags)--${name}[$what]")
      [[ -z $letter ]] || specs+=("($flags)-${letter}[$what]")
    fi
  done
  _arguments -s -S $specs '*:prompts:_files'
}

_antiphon "$@"
