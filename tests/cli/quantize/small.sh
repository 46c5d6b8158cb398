# A smaller model that answers nearly the same, and what it lost.
python3 "$CLI/corpus.py" --rows 150 --noise 20 >train.csv
python3 "$CLI/corpus.py" --rows 400 --noise 20 | sed -e 2,201d >test.csv
for recipe in bayes linear ngram best; do
  quoth train train.csv --recipe "$recipe" -o model >/dev/null
  quoth quantize model -o small --check test.csv --json >check.json
  quoth quantize model -o again --threads 1 --check test.csv >check.txt
  cmp small again
  python3 - "$recipe" <<'EOF'
import json, os, subprocess, sys
result = json.load(open("check.json"))
before, after = result["before"], result["after"]
for name, side in ("model", before), ("small", after):
    run = lambda *words: json.loads(subprocess.check_output(["quoth", *words, "--json"]))
    measured = run("eval", name, "test.csv")
    assert side["bytes"] == os.path.getsize(name), side
    assert side["digest"] == run("inspect", name)["digest"]
    for key in "accuracy", "log_loss":
        assert side[key] == measured["test_" + key], (name, key, side, measured)
    assert f'{side["bytes"]}    {side["accuracy"]:.4f}    {side["log_loss"]:.4f}' in open("check.txt").read()
inspected = run("inspect", "small")
assert inspected["provenance"]["made_from"] == before["digest"]
assert inspected["spec"] == run("inspect", "model")["spec"]
assert abs(after["log_loss"] - before["log_loss"]) < 0.01, (before, after)
print(sys.argv[1], after["bytes"] < 0.7 * before["bytes"])
EOF
  cmp <(quoth predict small --proba --input test.csv --threads 1) \
    <(quoth predict small --proba --input test.csv --threads 2)
  quoth explain small "The old man watered the roses." --json >/dev/null
done
sed -E 's/[0-9a-f]{32}/.../; s/[0-9.]{6,}/N/g' check.txt
# Packaging takes nothing else away.
fake_runtime runtime
quoth package small -o function.zip --arch x86_64 --runtime runtime >/dev/null
python3 -c 'import zipfile; zipfile.ZipFile("function.zip").extract("model.quoth")'
cmp <(quoth predict small --proba --input test.csv) \
  <(quoth predict model.quoth --proba --input test.csv)
