# SPDX-License-Identifier: GPL-3.0-or-later
#
# offers.zsh COMPLETION LINE: what zsh offers when Tab is pressed at the end of a command line, one offer a
# line. A shell at a terminal of its own has the completion, and tells what is given to compadd.

if [[ $1 != --inner ]]; then
  zmodload zsh/zpty
  folder=$(mktemp -d)
  cp $1 $folder/_antiphon
  zpty shell zsh -f -i
  # Not earlier: the other shell would inherit it.
  trap 'rm -rf $folder' EXIT
  zpty -w shell "source ${(q)0:A} --inner $folder"
  zpty -r shell said '*READY*'
  zpty -w -n shell $2$'\t'
  zpty -r shell said '*TOLD*'
  zpty -d shell
  cat $folder/offers
  return
fi

folder=$2
fpath=($folder $fpath)
autoload -Uz compinit
compinit -D -u
offers=()

compadd()
{
  local -a found
  # With these it only counts or sorts.
  if (( ! ${argv[(I)-[OAD]*]} )); then
    builtin compadd -O found "$@"
    offers+=($found)
  fi
  builtin compadd "$@"
}

tell()
{
  zle offer
  print -rl -- $offers > $folder/offers
  print -r -- TO''LD
}

# Not before the line is edited: what is typed earlier may be lost.
zle-line-init()
{
  print -r -- REA''DY
}

zle -N zle-line-init
zle -C offer list-choices _main_complete
zle -N tell
bindkey '^I' tell
