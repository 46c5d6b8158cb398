# The metrics are what metrics.py makes of predict's probabilities, and the tables show the same.
corpus --noise 5 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
quoth predict model --input data.csv --proba -o proba.csv
quoth eval model data.csv --json >it.json
python3 "$CLI/metrics.py" data.csv proba.csv --compare <it.json
quoth eval model data.csv >tables.txt
python3 - <<'EOF'
import json
it = json.load(open("it.json"))
words = [line.split() for line in open("tables.txt", encoding="utf-8")]
def shown(*cells):
    assert [str(cell) for cell in cells] in words, cells
def number(x):
    return "%.4f" % x
def row(m):
    return [number(m["precision"]), number(m["recall"]), number(m["f1"]), m["support"]]
for c in it["per_class"]:
    shown(c["class"], *row(c))
shown("macro", "avg", *row(it["macro"]))
shown("weighted", "avg", *row(it["weighted"]))
shown("accuracy", number(it["accuracy"]), it["rows"])
shown("test", number(it["macro"]["roc_auc"]), number(it["weighted"]["roc_auc"]),
      number(it["brier_score"]), number(it["calibration_error"]), number(it["top_2_accuracy"]))
shown(*it["classes"])
for name, counts in zip(it["classes"], it["confusion_matrix"]):
    shown(name, *counts)
EOF
sed 's/0\.[0-9]\{4\}/ #####/g; s/[0-9]/#/g' tables.txt
