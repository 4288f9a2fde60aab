# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for antiphon and antiphon-run. The options are those that --help lists.

_antiphon_options()
{
  "$1" --help 2>/dev/null | LC_ALL=C grep -oE '^ +(-[A-Za-z], )?--[a-z][a-z-]*(\[?=)?' |
    LC_ALL=C sed -E 's/^ +(-[A-Za-z], )?//; s/\[?=$/=/'
}

# _antiphon_reply WORDS CURRENT
_antiphon_reply()
{
  local IFS=$'\n'
  # shellcheck disable=SC2207 # one word a line
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

# A value is a word of its own after "=", which is a word, too.
_antiphon()
{
  local program=$1 current=$2 option=$3
  compopt -o nospace 2>/dev/null
  if [ "$current" = = ]; then
    current=''
  elif [ "$option" = = ]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  case $option in
    -m | --model)
      # A name has a colon, and what is before it is a word for bash.
      local IFS=$'\n' typed=$current models
      [ "${COMP_WORDS[COMP_CWORD - 1]}" != : ] || typed=${COMP_WORDS[COMP_CWORD - 2]}:$current
      models=$("$program" --list-models 2>/dev/null | cut -f 1)
      _antiphon_reply "$models" "$typed"
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
