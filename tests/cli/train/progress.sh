# On a terminal, stderr has a bar for each stage, which is gone at the end; elsewhere it has nothing.
corpus --rows 3000 >data.csv
python3 "$CLI/terminal.py" stderr 80 quoth train --recipe topics-forest data.csv -o model --set lda.max_iter=40 \
  --set forest.n_estimators=1000 >shown
python3 - <<'EOF'
import re
shown = open("shown", newline="").read()
assert "\n" not in shown
bars = [bar for bar in shown.split("\r") if bar and bar != "\033[K"]
for bar in bars:
    assert re.fullmatch(r"\w+ +\[[# ]{30}\] +\d+ %(  [\d.]+/s  (\d+ min )?\d+ s left)?\033\[K", bar), bar
    assert len(bar) < 80
done = [int(re.search(r"(\d+) %", bar)[1]) for bar in bars if bar.startswith("lda")]
assert done == sorted(done) and len(done) >= 2, done
assert shown.endswith("\r\033[K")
EOF
# It fits a narrow terminal, and does without marks where there is no room for five.
python3 "$CLI/terminal.py" stderr 20 quoth train --recipe topics-forest data.csv -o other >shown
python3 - <<'EOF'
import re
bars = [bar for bar in open("shown", newline="").read().split("\r") if bar and bar != "\033[K"]
for bar in bars:
    assert re.fullmatch(r"\w+ +\d+ %\033\[K", bar) and len(bar) < 20 + len("\033[K"), bar
assert bars
EOF
quoth train data.csv -o other --set lda.max_iter=40 --set forest.n_estimators=1000 2>quiet >/dev/null
cmp quiet /dev/null
cmp model other
# An error comes on a line of its own.
python3 "$CLI/terminal.py" stderr 80 quoth train --recipe topics-forest data.csv -o other --report /dev/full >shown || true
tr '\r' '\n' <shown | tail -n 1 | sed 's/^\x1b\[K//'
