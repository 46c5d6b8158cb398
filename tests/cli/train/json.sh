# --json prints one object and nothing else; its numbers fit the data and each other.
corpus --noise 7 >data.csv
quoth train data.csv -o model --json "${quick[@]}" >it.json
python3 - <<'EOF'
import collections, csv, json, math, os
it = json.load(open("it.json"))
for key, value in it.items():
    print(key, "of " + ", ".join(value) if isinstance(value, dict) else "")
labels = [row["label"] for row in csv.DictReader(open("data.csv", encoding="utf-8"))]
counts = collections.Counter(labels)
assert it["model"] == "model"
assert it["rows"] == len(labels) == it["train_rows"] + it["test_rows"]
assert it["train_rows"] == math.floor(0.25 * len(labels))
assert it["classes"] == sorted(counts)
assert it["class_counts"] == [counts[name] for name in sorted(counts)]
assert it["model_bytes"] == os.path.getsize("model")
assert sum(map(sum, it["confusion_matrix"])) == it["test_rows"]
hits = sum(row[i] for i, row in enumerate(it["confusion_matrix"]))
assert it["test_accuracy"] == hits / it["test_rows"]
assert [c["class"] for c in it["per_class"]] == it["classes"]
assert [c["support"] for c in it["per_class"]] == list(map(sum, it["confusion_matrix"]))
assert it["nnz"] > it["vocabulary_size"] > 0
seconds = it["seconds"]
parts = sum(value for key, value in seconds.items() if key != "total")
assert all(value >= 0 for value in seconds.values()) and parts <= seconds["total"]
assert len(it["digest"]) == 32
EOF
[[ $(quoth inspect model --vocabulary | wc -l) == $(json 'it["vocabulary_size"]' it.json) ]]
[[ $(quoth inspect model --json | json 'it["digest"]') == $(json 'it["digest"]' it.json) ]]
