# --json tells each recipe, best first, and each fold; the table shows the same; times apart, two
# runs with different threads are equal. All recipes are there.
corpus --noise 7 >data.csv
quoth compare data.csv --folds 3 --threads 1 --json >it.json
quoth compare data.csv --folds 3 --threads 3 --json >again.json
quoth compare data.csv --folds 3 >table.txt
python3 - <<'EOF_PYTHON'
import csv, json, subprocess
def timeless(value):
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items()
                if k not in ("train_seconds", "microseconds_per_text")}
    return [timeless(v) for v in value] if isinstance(value, list) else value
it, again = (json.load(open(name)) for name in ("it.json", "again.json"))
assert timeless(it) == timeless(again)
n_rows = len(list(csv.DictReader(open("data.csv", encoding="utf-8"))))
assert it["data"] == "data.csv" and it["rows"] == n_rows and it["folds"] == 3
refusal = subprocess.run(["quoth", "compare", "--recipes", "?", "data.csv"], capture_output=True,
                         text=True).stderr
known = refusal.split("there are: ")[1].strip().split(", ")
assert sorted(r["recipe"] for r in it["recipes"]) == sorted(known) and "bayes" in known
ranks = [(-r["accuracy"], r["log_loss"]) for r in it["recipes"]]
assert ranks == sorted(ranks)
lines = [line.split() for line in open("table.txt", encoding="utf-8")]
for r, line in zip(it["recipes"], lines[3:], strict=True):
    folds = r["folds"]
    assert len(folds) == 3 and sum(f["test_rows"] for f in folds) == n_rows
    assert all(f["train_rows"] + f["test_rows"] == n_rows for f in folds)
    assert all(f["train_seconds"] >= 0 and f["microseconds_per_text"] > 0 for f in folds)
    shown = [r["recipe"]] + ["%.4f" % r[key] for key in (
        "accuracy", "accuracy_std", "macro_f1", "log_loss", "calibration_error")]
    assert line[:6] == shown, (line, shown)
print(list(it), list(it["recipes"][0]), list(it["recipes"][0]["folds"][0]), sep="\n")
EOF_PYTHON
head -n 3 table.txt
