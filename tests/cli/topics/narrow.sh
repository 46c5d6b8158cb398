# Tables are as wide as the terminal.
small_model model
for columns in 50 120; do
  python3 "$CLI/terminal.py" stdout $columns quoth topics model >table
  python3 -c '
import sys, unicodedata
width = lambda line: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
lines = open("table", encoding="utf-8").read().split("\n")
assert 0.6 * int(sys.argv[1]) < max(map(width, lines)) <= int(sys.argv[1]), max(map(width, lines))
' $columns
done
quoth topics model >piped
python3 "$CLI/terminal.py" stdout 80 quoth topics model | cmp - piped
