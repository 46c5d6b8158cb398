# Rows of a CSV file: id,label, or with --proba id and a column for each class.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
corpus --drop label --rows 20 >rows.csv
quoth predict model --input rows.csv -o labels.csv
quoth predict model --input rows.csv | cmp - labels.csv
quoth predict model --input - <rows.csv | cmp - labels.csv
cat rows.csv | quoth predict model --input - | cmp - labels.csv
quoth predict model --input rows.csv --proba -o proba.csv
quoth predict model --input rows.csv --proba | cmp - proba.csv
python3 - <<'EOF'
import csv, json, subprocess
rows = list(csv.DictReader(open("rows.csv", encoding="utf-8")))
labels = list(csv.DictReader(open("labels.csv", encoding="utf-8")))
proba = list(csv.DictReader(open("proba.csv", encoding="utf-8")))
print(list(labels[0]), list(proba[0]))
texts = [row["text"] for row in rows]
answer = subprocess.run(["quoth", "predict", "model", "--json", "--", *texts], check=True,
                        capture_output=True)
predictions = json.loads(answer.stdout)["predictions"]
for row, label, chances, prediction in zip(rows, labels, proba, predictions, strict=True):
    assert row["id"] == label["id"] == chances.pop("id")
    assert label["label"] == prediction["label"]
    assert {name: float(p) for name, p in chances.items()} == prediction["probabilities"]
    assert all(p == "%.17g" % float(p) for p in chances.values())
EOF
# Rows without an id are numbered, from 1.
corpus --drop label --drop id --rows 20 >bare.csv
quoth predict model --input bare.csv | cut -d , -f 1 | paste -sd ' '
cmp <(quoth predict model --input bare.csv | cut -d , -f 2) <(cut -d , -f 2 labels.csv)
# Another column of ids, and ids that need quotes.
printf 'id,key,text\n1,"a,b",roses\n2,"say ""x""",knives\n3,"two\nlines",\n4,,sails\n' >odd.csv
quoth predict model --input odd.csv --id key | python3 -c '
import csv, sys
print([row["id"] for row in csv.DictReader(sys.stdin)])'
# A file with a header only is answered by a header only.
echo "id,text" >empty.csv
quoth predict model --input empty.csv
quoth predict model --input empty.csv --proba
