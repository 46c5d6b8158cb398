# --keys lists what --set takes, with what is set now; all of it set again changes nothing.
quoth train --keys
quoth train --keys >keys
quoth train --keys --set lda.n_components=7 --set forest.criterion=entropy --seed 9 | diff keys - || true
grep -o '^[a-z]*\.[a-z_]*=.*' keys >assignments
options=()
while read -r assignment; do options+=(--set "$assignment"); done <assignments
corpus --rows 60 >data.csv
quoth train data.csv -o plain >/dev/null
quoth train data.csv -o set "${options[@]}" >/dev/null
cmp plain set
# The keys of a spec's own stages.
cat >spec.json <<'EOF'
{"quoth_spec": 1, "pipeline": [
  {"name": "words", "type": "count_vectorizer"},
  {"name": "themes", "type": "latent_dirichlet_allocation"},
  {"name": "trees", "type": "random_forest"}]}
EOF
quoth train --keys --spec spec.json | grep -o '^[a-z]*\.' | uniq
misuse quoth train data.csv --keys
refuse quoth train --keys --set lda.topics=3
