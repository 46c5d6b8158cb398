# Leaving out terms: the more loss, the fewer bytes, the same ones each time.
python3 "$CLI/corpus.py" --rows 150 --noise 4 >train.csv
python3 "$CLI/corpus.py" --rows 400 --noise 4 | sed -e 2,201d >test.csv
quoth train train.csv --recipe linear -o model >/dev/null
bytes=$(stat -c %s model)
for loss in 0 0.02 0.2; do
  quoth quantize model -o small --check test.csv --max-loss "$loss" --json --threads 1 >small.json
  quoth quantize model -o again --check test.csv --max-loss "$loss" --threads 2 |
    sed -E 's/[0-9a-f]{32}/.../; s/[0-9.]{4,}/N/g; s/^[0-9]+ of [0-9]+/N of N/'
  cmp small again
  (($(stat -c %s small) <= bytes))
  bytes=$(stat -c %s small)
  # It holds for every other row, by which it was chosen.
  python3 - "$loss" <<'EOF'
import csv, json, math, subprocess, sys
rows = list(csv.DictReader(open("test.csv")))[1::2]
with open("chosen.csv", "w") as file:
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
loss = lambda model: json.loads(subprocess.check_output(
    ["quoth", "eval", model, "chosen.csv", "--json"], stderr=subprocess.DEVNULL))["log_loss"]
assert loss("small") <= loss("model") + float(sys.argv[1]) + 1e-12
assert len(rows) == json.load(open("small.json"))["pruning"]["rows"]
EOF
done
python3 -c 'import json; told = json.load(open("small.json"))
assert told["after"]["terms"] < told["before"]["terms"] / 2, told'
