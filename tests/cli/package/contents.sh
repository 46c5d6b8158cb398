# What is in a function.zip, as Python's zipfile reads it.
small_model model
fake_runtime runtime
quoth package model -o function.zip --arch x86_64 --runtime runtime |
  sed -E 's/digest [0-9a-f]{32}/digest .../; s/ [0-9.]+ MB/ N MB/'
python3 - <<'EOF'
import os, zipfile
zip = zipfile.ZipFile("function.zip")
assert zip.testzip() is None
for entry in zip.infolist():
    print(entry.filename, oct(entry.external_attr >> 16), entry.date_time)
    assert entry.create_system == 3, "not Unix"
    assert entry.compress_type == zipfile.ZIP_DEFLATED and not entry.extra
zip.extractall(".")
assert open("bootstrap", "rb").read() == open("runtime", "rb").read()
EOF
# The model in it is smaller and answers the same.
(($(stat -c %s model.quoth) < $(stat -c %s model)))
cmp <(quoth predict model --proba --input "$TMPDIR/corpus.csv") \
  <(quoth predict model.quoth --proba --input "$TMPDIR/corpus.csv")
cmp <(quoth transform model --input "$TMPDIR/corpus.csv") \
  <(quoth transform model.quoth --input "$TMPDIR/corpus.csv")
cmp <(quoth eval model "$TMPDIR/corpus.csv") <(quoth eval model.quoth "$TMPDIR/corpus.csv")
quoth eval model.quoth "$TMPDIR/corpus.csv" --report report.html >/dev/null
cmp <(quoth topics model) <(quoth topics model.quoth)
cmp <(quoth topics model --json --words 4) <(quoth topics model.quoth --json --words 4)
cmp <(quoth inspect model --spec) <(quoth inspect model.quoth --spec)
refuse quoth topics model.quoth --words 11
python3 - <<'EOF'
import json, subprocess
describe = lambda name: json.loads(subprocess.check_output(["quoth", "inspect", name, "--json"]))
full, slim = describe("model"), describe("model.quoth")
assert slim["provenance"].pop("made_from") == full["digest"]
for key in ("digest", "tensors"):
    assert full.pop(key) != slim.pop(key), key
assert full == slim
EOF
# As JSON, with all sizes in bytes.
quoth package model -o other.zip --arch x86_64 --runtime runtime --json >result.json
cmp function.zip other.zip
python3 - <<'EOF'
import json, os
result = json.load(open("result.json"))
sizes = {name: os.path.getsize(file) for name, file in
         {"bootstrap": "bootstrap", "model": "model.quoth", "zip": "other.zip"}.items()}
assert result["sizes"] == sizes, (result, sizes)
print(result["arch"], result["output"], result["runtime"])
EOF
# A slim model makes the same zip again.
quoth package model.quoth -o again.zip --arch x86_64 --runtime runtime >/dev/null
cmp function.zip again.zip
