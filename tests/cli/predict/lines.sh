# Lines of standard input: one answer a line, the same as for texts of the command line.
small_model model
printf 'Ada watered the roses.\n\nThe knives\tand the soup\r\nsails, "anchors"' >lines.txt
quoth predict model - <lines.txt >answers
wc -l <answers
quoth predict model "Ada watered the roses." "" $'The knives\tand the soup' 'sails, "anchors"' |
  cmp - answers
quoth predict model - --proba <lines.txt >proba
quoth predict model --proba "Ada watered the roses." "" $'The knives\tand the soup' \
  'sails, "anchors"' | cmp - proba
quoth predict model - </dev/null
# What cannot be a text: the line is told, and those before it are answered.
wrong() {
  printf "$@" | quoth predict model - >out 2>err && echo "(accepted)"
  echo "$(wc -l <out) answered; $(<err)"
}
wrong 'roses\ncaf\xe9\nsails\n'
wrong 'roses\nsails\nNU\0L\n'
printf 'roses\ncaf\xe9 roses\n' | quoth predict model - --encoding-errors replace >out
cmp out <(printf 'roses\ncaf\xef\xbf\xbd roses\n' | quoth predict model -)
printf 'roses\ncaf\xe9 roses\n' | quoth predict model - --encoding-errors ignore >out
cmp out <(printf 'roses\ncaf roses\n' | quoth predict model -)
refuse quoth predict model $'caf\xe9' roses | tail -n +2
quoth predict model roses $'caf\xe9' --encoding-errors replace | wc -l
