# What is in a model: in summary, as JSON, its spec, its vocabulary.
corpus >data.csv
quoth train data.csv -o model --json "${quick[@]}" >train.json
quoth inspect model
quoth inspect model --verify
quoth inspect model --json >it.json
quoth inspect model --spec >spec.json
quoth inspect model --vocabulary >terms
python3 - <<'EOF'
import json
it, train = json.load(open("it.json")), json.load(open("train.json"))
print(list(it))
print(list(it["provenance"]))
assert it["spec"] == json.load(open("spec.json"))
terms = open("terms", encoding="utf-8").read().split("\n")[:-1]
assert it["vocabulary"] == terms == sorted(terms) and len(terms) == train["vocabulary_size"]
assert it["classes"] == train["classes"] and it["digest"] == train["digest"]
assert it["metrics"]["test"]["confusion_matrix"] == train["confusion_matrix"]
assert it["metrics"]["train"]["accuracy"] == train["train_accuracy"]
provenance = it["provenance"]
for key in ("rows", "class_counts", "vocabulary_size", "nnz", "train_rows", "test_rows"):
    assert provenance[key] == train[key], key
assert (provenance["text_column"], provenance["label_column"]) == ("text", "label")
EOF
# The digest of the data is that of the file.
cp data.csv copy.csv
quoth train copy.csv -o other "${quick[@]}" >/dev/null
[[ $(quoth inspect other --json | json 'it["provenance"]["data_xxh3"]') == \
  $(json 'it["provenance"]["data_xxh3"]' it.json) ]]
quoth inspect - <model | cmp - <(quoth inspect model)
