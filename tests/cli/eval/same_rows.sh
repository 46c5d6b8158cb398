# On the rows that train kept for testing, eval measures what train measured; on those it learnt
# from, the train accuracy. The split is made by split.py as scikit-learn makes it.
corpus --noise 5 >data.csv
quoth train data.csv -o model --json "${quick[@]}" --set evaluation.random_state=11 >train.json
python3 "$CLI/split.py" data.csv 0.25 11 train.csv test.csv
quoth eval model test.csv --json >test.json
quoth eval model train.csv --json >again.json
python3 - <<'EOF'
import json
train, test, again = (json.load(open(name + ".json")) for name in ("train", "test", "again"))
for key in ("test_accuracy", "test_log_loss", "confusion_matrix", "per_class", "macro", "weighted",
            "classes", "digest"):
    assert train[key] == test[key], key
assert train["test_rows"] == test["rows"] and train["train_rows"] == again["rows"]
assert train["train_accuracy"] == again["accuracy"] == again["test_accuracy"]
assert abs(train["train_log_loss"] - again["log_loss"]) < 1e-12
assert test["accuracy"] == test["test_accuracy"] and test["log_loss"] == test["test_log_loss"]
assert 0.3 < test["accuracy"] < 1, "a test that tells nothing"
print(list(test))
EOF
