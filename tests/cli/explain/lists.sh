# Without a terminal: the label as from predict, then the heaviest words, one for each term.
small_model model
text="Ada planted the roses, ROSES, a rose and hedges by the orchard; the whales were watered."
quoth explain model "$text" >answer
cmp <(head -n 1 answer) <(quoth predict model "$text")
quoth explain model --json "$text" >answer.json
python3 - <<'EOF'
import json
lines = [line.split("\t") for line in open("answer", encoding="utf-8").read().splitlines()][1:]
words = json.load(open("answer.json"))["predictions"][0]["explanation"]
weights = [abs(float(weight)) for _, weight in lines]
assert weights == sorted(weights, reverse=True), lines
assert [word for word, _ in lines].count("roses") == 1, lines
assert not any(word in ("ROSES", "rose") for word, _ in lines), lines
assert float(lines[0][1]) != 0, lines
first = {}
for word in words:
    first.setdefault(word["word"], word["weight"])
assert {word: float(weight) for word, weight in lines}.items() <= first.items(), (lines, first)
EOF
quoth explain model --words 2 "$text" | wc -l
quoth explain model --words 0 "$text" | wc -l
quoth explain model --words 1 "$text" "the oven" | sed -n 3p | wc -w
# From standard input, line breaks and all.
printf '%s\n' "$text" | quoth explain model - | cmp - answer
cmp <(printf 'the roses\nthe oven\n' | quoth explain model -) \
  <(quoth explain model $'the roses\nthe oven')
refuse quoth explain model $'bytes \xff'
refuse quoth explain nowhere text
misuse quoth explain model
