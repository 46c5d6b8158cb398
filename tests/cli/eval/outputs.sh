# --picture, --calibration and --report, as of train.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
quoth eval model data.csv --picture matrix.svg --calibration curve.svg \
  --report page.html >tables.txt
quoth eval model data.csv >again.txt
cmp tables.txt again.txt
quoth eval model data.csv --json >it.json
python3 - <<'EOF'
import json, re
it = json.load(open("it.json"))
page = open("page.html", encoding="utf-8").read()
assert "<svg" in page and not re.search(r'(src|href)="?https?:', page)
for name in it["classes"] + [it["digest"], "%.4f" % it["accuracy"]]:
    assert name in page, name
pictures = [open(name + ".svg").read() for name in ("matrix", "curve")]
assert all(picture.startswith("<?xml") for picture in pictures) and pictures[0] != pictures[1]
EOF
refuse quoth eval model data.csv --picture matrix.bmp
refuse quoth eval model data.csv --calibration curve.bmp
refuse quoth eval model data.csv --calibration -
refuse quoth eval model data.csv --calibration data.csv.png/curve.png
