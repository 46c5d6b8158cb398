# --help, -h and `quoth help` say the same of each command in the list, whatever else is there.
quoth --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >commands
[[ -s commands ]]
while read -r name; do
  quoth "$name" --help >long
  [[ $(head -n 1 long) == "quoth $name - "* ]]
  quoth "$name" -h | cmp - long
  quoth help "$name" | cmp - long
  quoth "$name" some thing --help | cmp - long
done <commands
