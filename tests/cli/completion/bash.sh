# The script loads and completes commands, options, choices and file names.
quoth completion bash >script
bash -n script
. ./script

complete_line() { # the words of the line; prints what the last one could become
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _quoth || true # no match is no failure
  echo "$* -> ${COMPREPLY[*]}"
}

complete_line quoth tr
complete_line quoth --v
complete_line quoth train --s
complete_line quoth train data.csv --encoding-errors ""
complete_line quoth train data.csv --encoding-errors re
complete_line quoth topics model --
complete_line quoth bogus --
touch "my data.csv" model
complete_line quoth train mo
complete_line quoth train my
echo "${#COMPREPLY[@]} file"
[[ $(complete -p quoth) == *"-F _quoth quoth" ]]
