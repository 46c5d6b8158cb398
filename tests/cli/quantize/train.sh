# Training that ends in a quantized model.
python3 "$CLI/corpus.py" --rows 300 --noise 4 >data.csv
quoth train data.csv --recipe linear -o model --json >model.json
quoth train data.csv --recipe linear -o small --quantize 0.05 --threads 1 --json >small.json
quoth train data.csv --recipe linear -o again --quantize 0.05 --threads 2 | tail -n 7 >again.txt
cmp small again
sed -E 's/[0-9a-f]{32}/.../; s/[0-9.]{4,}( kB)?/N/g' again.txt
python3 - <<'EOF'
import json, os, subprocess
model, small = (json.load(open(name)) for name in ("model.json", "small.json"))
q = small["quantization"]
assert q["bytes_before"] == model["model_bytes"] == os.path.getsize("model")
assert small["model_bytes"] == os.path.getsize("small") < 0.5 * os.path.getsize("model")
assert q["rows"] + q["chosen_by_rows"] == small["test_rows"] == model["test_rows"]
assert q["least_importance"] > 0
# Before and after are of every other test row, and close.
assert abs(q["after"]["log_loss"] - q["before"]["log_loss"]) < 0.05, q
assert abs(small["test_log_loss"] - model["test_log_loss"]) < 0.05
inspected = json.loads(subprocess.check_output(["quoth", "inspect", "small", "--json"]))
assert inspected["metrics"]["test"]["log_loss"] == small["test_log_loss"]
assert inspected["metrics"]["train"]["accuracy"] == small["train_accuracy"]
EOF
# What is left out is chosen by the model of the train rows: the model of all rows is made smaller
# with the same strength.
cmp <(quoth inspect small --spec) <(quoth inspect model --spec)
quoth eval small data.csv --json >/dev/null 2>&1
refuse quoth train data.csv --recipe topics-forest -o other --quantize 0.01
refuse quoth train data.csv --recipe linear -o other --quantize 0.01 --set evaluation.refit=false
misuse quoth train data.csv -o other --quantize much
[[ ! -e other ]]
