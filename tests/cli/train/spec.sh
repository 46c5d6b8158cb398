# What inspect --spec prints trains the same model, byte for byte; --set and --seed change it.
corpus >data.csv
quoth train data.csv -o first "${quick[@]}" --set vectorizer.lemmatizer=null --seed 3 >/dev/null
quoth inspect first --spec >spec.json
quoth train data.csv -o second --spec spec.json >/dev/null
cmp first second
quoth inspect second --spec | cmp - spec.json
quoth train data.csv -o third --spec - <spec.json >/dev/null
cmp first third
quoth train data.csv -o fourth --spec spec.json --set lda.max_iter=4 --seed 5 >/dev/null
quoth inspect fourth --spec | diff spec.json - || true

# A spec may leave defaults out, and its stages may have other names.
cat >short.json <<'EOF'
{"quoth_spec": 1, "pipeline": [
  {"name": "words", "type": "count_vectorizer"},
  {"name": "themes", "type": "latent_dirichlet_allocation", "params": {"n_components": 3}},
  {"name": "trees", "type": "random_forest", "params": {"n_estimators": 5}}]}
EOF
quoth train data.csv -o fifth --spec short.json --set themes.max_iter=2 >/dev/null
quoth inspect fifth --spec
