# --json tells each trial. What was stopped early is what a paired t-test on the folds says, replayed
# here; the best is the best; it is chosen if the same test says that the given parameters are worse;
# the spec that was written is of what was chosen; threads change nothing.
corpus --noise 7 >data.csv
given=(--set classifier.alpha=20 --search classifier.alpha=0.005..30)
quoth tune data.csv --recipe bayes "${given[@]}" --trials 30 --threads 1 -o spec.json --json >it.json
quoth tune data.csv --recipe bayes "${given[@]}" --trials 30 --threads 3 -o again.json --json >again.txt
cmp spec.json again.json
quoth tune data.csv --recipe bayes "${given[@]}" --trials 30 -o spec.json >table.txt
quoth tune data.csv --recipe bayes --trials 30 --metric accuracy -o other.json --json >accuracy.json
quoth train data.csv --spec spec.json -o model >/dev/null
quoth inspect model --spec >kept.json
cat >replay.py <<'EOF_PYTHON'
import json, statistics, sys
# Student's t, one-sided 2.5 %, 1 to 4 degrees of freedom (any textbook's table)
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}
name, metric, sign = sys.argv[1:]
it = json.load(open(name))
sign = int(sign)
trials = sorted(it["trials"], key=lambda trial: trial["trial"])
assert [trial["trial"] for trial in trials] == list(range(1, 31)) and it["metric"] == metric
scores = [[sign * fold[metric] for fold in trial["folds"]] for trial in trials]
best = 0
for i, mine in enumerate(scores):
    for n in range(2, 5):
        if i == 0 or len(mine) < n:
            break
        differences = [a - b for a, b in zip(mine[:n], scores[best])]
        error = statistics.stdev(differences) / n ** 0.5
        is_lost = statistics.mean(differences) > T[n - 1] * error
        assert is_lost == (len(mine) == n), (i + 1, n)
    assert trials[i]["is_stopped"] == (len(mine) < 5)
    shown = trials[i]["scores"][metric]
    assert abs(shown["mean"] - sign * statistics.mean(mine)) < 1e-12
    assert abs(shown["standard_error"] - statistics.stdev(mine) / len(mine) ** 0.5) < 1e-12
    if len(mine) == 5 and statistics.mean(mine) < statistics.mean(scores[best]):
        best = i
assert it["best"] == best + 1 == it["trials"][0]["trial"]
gains = [a - b for a, b in zip(scores[0], scores[best])]
is_gain = statistics.mean(gains) > T[4] * statistics.stdev(gains) / 5 ** 0.5
assert it["chosen"] == (best + 1 if is_gain else 1)
print(metric, "found" if is_gain else "as given")
ranks = [(trial["is_stopped"], sign * trial["scores"][metric]["mean"]) for trial in it["trials"]]
assert ranks == sorted(ranks)
assert any(trial["is_stopped"] for trial in trials) and best > 0
assert it["ended_by"] == "trials" and it["spec"] in ("spec.json", "other.json")
EOF_PYTHON
python3 replay.py it.json log_loss 1
python3 replay.py accuracy.json accuracy -1
python3 - <<'EOF_PYTHON'
import json
it, again, spec, kept = (json.load(open(name)) for name in (
    "it.json", "again.txt", "spec.json", "kept.json"))
def timeless(trials):
    return [{k: v if k != "folds" else [{m: x for m, x in fold.items() if m != "train_seconds"}
                                        for fold in v] for k, v in trial.items()}
            for trial in trials]
assert timeless(it["trials"]) == timeless(again["trials"])
assert spec == kept
params = {stage["name"]: stage["params"] for stage in spec["pipeline"]}
chosen = next(trial for trial in it["trials"] if trial["trial"] == it["chosen"])
for setting in chosen["settings"]:
    key, value = setting.split("=")
    stage, param = key.split(".")
    if param in params[stage]:
        assert json.dumps(params[stage][param]).strip('"').replace(" ", "") == value, setting
lines = [line.split() for line in open("table.txt", encoding="utf-8")][4:24]
for trial, line in zip(it["trials"][:20], lines, strict=True):
    scores = trial["scores"]
    assert line[:6] == [str(trial["trial"]), "%.4f" % scores["log_loss"]["mean"],
                        "%.4f" % scores["log_loss"]["standard_error"],
                        "%.4f" % scores["accuracy"]["mean"], "%.4f" % scores["macro_f1"]["mean"],
                        "%d/5" % len(trial["folds"])], line
print(list(it), list(it["search"]), list(it["trials"][0]), sep="\n")
EOF_PYTHON
first 4 <table.txt | sed 's/, [0-9]* of/, ... of/'
tail -n 3 table.txt | sed 's/[0-9.]\{2,\};.*/.../; s/trial [0-9]*/trial .../'
