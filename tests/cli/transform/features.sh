# Shares of the topics, with 17 significant digits, that add up to 1; rows and ids as in the input.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" --set lda.n_components=7 >/dev/null
quoth transform model --input data.csv -o features.csv
quoth transform model --input data.csv | cmp - features.csv
quoth transform model --input - <data.csv | cmp - features.csv
head -n 1 features.csv
python3 - <<'EOF'
import csv
rows = list(csv.DictReader(open("data.csv", encoding="utf-8")))
features = list(csv.DictReader(open("features.csv", encoding="utf-8")))
for row, shares in zip(rows, features, strict=True):
    assert shares.pop("id") == row["id"]
    assert all(text == "%.17g" % float(text) for text in shares.values())
    assert all(0 < float(text) < 1 for text in shares.values())
    assert abs(sum(map(float, shares.values())) - 1) < 1e-12
EOF
# A text without known words has the same share of each topic.
printf 'text\n\nxyzzy\n' | sed '2s/^/""/' >none.csv
quoth transform model --input none.csv | cut -d , -f 1-3
corpus --drop id --rows 3 >bare.csv
quoth transform model --input bare.csv | cut -d , -f 1 | paste -sd ' '
quoth transform model --input data.csv --id text | first 2 | cut -d , -f 1
echo "id,text" | quoth transform model --input - | first 5
refuse quoth transform model --input missing.csv
refuse quoth transform missing --input data.csv
