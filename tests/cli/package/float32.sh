# Half the digits: a smaller model that any command reads, and what that changes.
python3 - >many.csv <<'EOF'
import random
random.seed(3)
print("id,writing,author")
for i in range(600):
    words = [f"word{int(random.expovariate(0.02))}" for _ in range(20)]
    print(f"{i},{' '.join(words)} {'sea' if i % 2 else 'land'}{i % 7},{'AB'[i % 2]}")
EOF
quoth train many.csv --text writing -o model --set lda.n_components=30 --set lda.max_iter=2 \
  --set forest.n_estimators=20 --set forest.min_samples_split=4 --set forest.min_samples_leaf=2 >/dev/null
fake_runtime runtime
package() { quoth package model --arch x86_64 --runtime runtime "$@"; }
package -o wide.zip --json >wide.json
package -o narrow.zip --precision float32 --json >narrow.json
json 'it["precision"], it["check"]' wide.json
json 'it["precision"], it["check"]' narrow.json
python3 - <<'EOF'
import json
wide, narrow = (json.load(open(name))["sizes"] for name in ("wide.json", "narrow.json"))
assert narrow["model"] < wide["model"] * 0.8, (wide, narrow)
assert narrow["zip"] < wide["zip"] * 0.7, (wide, narrow)
EOF
package -o narrow.zip --precision float32 | tail -n 1
package -o wide.zip --precision float64 --check many.csv | tail -n 1
# Rounding moves few rows to the other side of a split; here some stand right at the first one.
python3 -c 'import zipfile; zipfile.ZipFile("narrow.zip").extract("model.quoth")'
quoth transform model --input many.csv -o before.csv
quoth transform model.quoth --input many.csv -o after.csv
python3 "$CLI/model_file.py" model edgy '
import csv
def shares(name):
    rows = list(csv.reader(open(name)))[1:]
    single = lambda text: struct.unpack("<f", struct.pack("<f", float(text)))[0]
    return [[single(x) for x in row[1:]] for row in rows]
moved = [(feature, x) for a, b in zip(shares("before.csv"), shares("after.csv"))
         for feature, (x, y) in enumerate(zip(a, b)) if x < y]
assert moved
roots = struct.unpack("<21I", tensors["forest.tree_begin"]["data"])[:20]
for (feature, share), root in zip(moved, roots):
    struct.pack_into("<i", tensors["forest.feature"]["data"], 4 * root, feature)
    struct.pack_into("<d", tensors["forest.threshold"]["data"], 8 * root, share)
'
mv edgy model
package -o narrow.zip --precision float32 --check many.csv --json >checked.json
package -o again.zip --precision float32 --check - --threads 1 <many.csv | tail -n 1 >line
cmp narrow.zip again.zip
python3 -c 'import zipfile; zipfile.ZipFile("narrow.zip").extract("model.quoth")'
quoth predict model --proba --input many.csv -o before.csv
quoth predict model.quoth --proba --input many.csv -o after.csv
python3 - <<'EOF'
import csv, json
def rows(name):
    return [[float(x) for x in row[1:]] for row in list(csv.reader(open(name)))[1:]]
before, after = rows("before.csv"), rows("after.csv")
largest = max(abs(x - y) for a, b in zip(before, after) for x, y in zip(a, b))
labels = sum(a.index(max(a)) != b.index(max(b)) for a, b in zip(before, after))
check = json.load(open("checked.json"))["check"]
assert check == {"rows": 600, "largest_change": largest, "other_labels": labels}, (check, largest)
assert open("line").read() == ("checked on 600 rows of standard input: probabilities change by at "
                               f"most {largest}, {labels} labels change\n")
assert 0 < largest < 0.2, largest
EOF
# It is a model as any other.
quoth inspect model.quoth | grep exp_beta | sed 's/\[[0-9]*/[N/'
quoth inspect model.quoth --verify
quoth eval model.quoth many.csv >/dev/null
quoth explain model.quoth "word1 sea1" >/dev/null
cmp <(quoth topics model) <(quoth topics model.quoth)
misuse quoth package model -o function.zip --precision float16
misuse quoth package model -o function.zip --text writing
refuse quoth package model -o function.zip --runtime runtime --arch x86_64 --check nowhere.csv
refuse quoth package model -o function.zip --runtime runtime --arch x86_64 --check many.csv --text word
cp many.csv function.zip
refuse quoth package model -o function.zip --runtime runtime --arch x86_64 --check function.zip
