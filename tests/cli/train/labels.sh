# Labels and texts of all kinds come back as they were: commas, quotes, line breaks, tabs, emoji,
# right to left, very long ones, 200 of them.
python3 - <<'EOF'
import csv, random
labels = ["a,b", 'say "x"', "two\nlines", "tab\there", "back\\slash", "😀 smile", "مرحبا", "שלום",
          " space ", "x" * 5000, "é", "e\u0301", "\u202eoverride", "NULL", "\x1b[31mred", "{}", "日本語"]
with open("data.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "text", "label"])
    for i in range(len(labels) * 6):
        label = labels[i % len(labels)]
        writer.writerow([f"{i},\"{i}\"", f"word{i % len(labels)} other, \"quoted\"\n{label}\r\n" +
                         "long " * (1000 if i % 7 == 0 else 1), label])
EOF
quoth train data.csv -o model "${quick[@]}" --set lda.n_components=30 --set lda.max_iter=20 \
  --set evaluation.train_size=0.5 --json --report page.html --picture matrix.svg >it.json
quoth predict model --input data.csv -o out.csv
quoth predict model --input data.csv --proba -o proba.csv
quoth predict model - --jsonl >answers.jsonl < <(python3 -c '
import csv, json
for row in csv.DictReader(open("data.csv", encoding="utf-8", newline="")):
    print(json.dumps(row))')
quoth predict model word1 word2 word3 >lines
quoth eval model data.csv --json >eval.json
python3 - <<'EOF'
import csv, json
def read(name):
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
rows, out, proba = read("data.csv"), read("out.csv"), read("proba.csv")
labels = sorted({row["label"] for row in rows}, key=lambda label: label.encode())
it = json.load(open("it.json"))
assert it["classes"] == labels == json.load(open("eval.json"))["classes"]
assert list(proba[0]) == ["id", *labels]
answers = [json.loads(line) for line in open("answers.jsonl", encoding="utf-8")]
for row, predicted, chances, answer in zip(rows, out, proba, answers, strict=True):
    assert row["id"] == predicted["id"] == chances["id"] == answer["id"]
    assert predicted["label"] == answer["label"] in labels
    assert float(chances[answer["label"]]) == answer["probability"]
seen = {row["label"] for row in out}
print(len(seen) > 10 or seen)
lines = open("lines", encoding="utf-8").read().split("\n")
assert len(lines) == 4 and all(line.count("\t") == 1 for line in lines[:3])
EOF
# Tables and summaries keep each label on its line.
quoth eval model data.csv | sed -n '2,/^$/p'
quoth inspect model | sed -n '/^classes/,/^pipeline/p'
quoth predict model word2 word3 word4 | cut -f 1
