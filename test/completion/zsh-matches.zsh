# Prints what a real zsh offers for command lines, one a line, with a line == behind each: zsh-matches.zsh SCRIPT LINE...
# A second zsh runs in a terminal of its own, and each call of compadd is asked what it would have added.
zmodload zsh/zpty
zpty zsh zsh -f -i
{
  print -r -- 'PS1=; autoload -U compinit; compinit -u -D; stty -echo'
  print -r -- "source ${(q)1}"
  cat <<'SETUP'
compadd() {
  local -a found
  [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd "$@"; return; }
  builtin compadd -A found "$@"
  builtin compadd "$@"
  local each; for each in $found; do print -r -- "<$each>"; done
}
finish() { print -r -- '<END>'; comppostfuncs=(finish); }
comppostfuncs=(finish)
zstyle ':completion:*' insert-tab false
LISTMAX=10000
bindkey '^I' list-choices
print -r -- '<READY''>'
SETUP
} | while IFS= read -r line; do zpty -w zsh "$line"; done
zpty -r -m zsh out '*<READY>*'
shift
for line; do
  # ^U takes away what was typed before.
  zpty -n -w zsh $'\x15'"$line"$'\t'
  zpty -r -m zsh out '*<END>*'
  print -r -- ${out} | tr -d '\r' | grep -o '<[^<>]*>' | grep -v '<END>' | tr -d '<>'
  print -r -- '=='
done
zpty -d zsh
