# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for antiphon and antiphon-run. The options are those that --help lists.

_antiphon_options()
{
  # Between an option and what it does are two spaces: the lines of text below have one.
  "$1" --help 2>/dev/null |
    LC_ALL=C sed -nE 's/^ +(-[A-Za-z], )?(--[a-z][a-z-]*)(\[?(=)[^ ]+)?(  .*)?$/\2\4/p'
}

# _antiphon_reply WORDS CURRENT
_antiphon_reply()
{
  local IFS=$'\n'
  # shellcheck disable=SC2207 # one word a line
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

# A value is a word of its own after "=", which is a word, too; so is the colon in the name of a model.
_antiphon()
{
  local program=$1 current=$2 at=$COMP_CWORD typed=${COMP_WORDS[COMP_CWORD]} option
  compopt -o nospace 2>/dev/null
  while [[ $at -gt 1 && ( ${COMP_WORDS[at]} == : || ${COMP_WORDS[at - 1]} == : ) ]]; do
    at=$((at - 1))
    typed=${COMP_WORDS[at]}$typed
  done
  option=${COMP_WORDS[at - 1]}
  if [ "$typed" = = ]; then
    current='' typed=''
  elif [ "$option" = = ]; then
    option=${COMP_WORDS[at - 2]}
  fi

  case $option in
    -m | --model)
      local models
      models=$("$program" --list-models 2>/dev/null | cut -f 1)
      _antiphon_reply "$models" "$typed"
      # Only what comes after the last colon is replaced.
      [[ $COMP_WORDBREAKS != *:* || $typed != *:* ]] ||
        COMPREPLY=("${COMPREPLY[@]#"${typed%:*}":}")
      return ;;
    --think) _antiphon_reply $'yes\nno\nlow\nmedium\nhigh\nmax' "$current"; return ;;
    --split) _antiphon_reply $'lines\ndashes\nblank-lines' "$current"; return ;;
    --output-format)
      _antiphon_reply $'jsonl\njson\ncsv\ntsv\nmarkdown\nhtml\nopenai\nopenai-errors\npromptfoo' \
        "$current"
      return ;;
    -j | --jobs) _antiphon_reply auto "$current"; return ;;
    -p | --prompt | -s | --server | --option | --timeout | --retries | --keep-alive) return ;;
  esac
  case $current in
    -*) _antiphon_reply "$(_antiphon_options "$program")" "$current" ;;
    *)
      compopt -o filenames +o nospace 2>/dev/null
      local IFS=$'\n'
      # shellcheck disable=SC2207 # one file a line
      COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
  [[ ${COMPREPLY[0]-} == *= ]] || compopt +o nospace 2>/dev/null
}

complete -F _antiphon antiphon antiphon-run
