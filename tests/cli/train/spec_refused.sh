# A spec that says what is not understood names it.
corpus --rows 30 >data.csv
try() {
  cat >spec.json
  refuse quoth train data.csv -o model --spec spec.json
}
refuse quoth train data.csv -o model --spec missing.json
refuse quoth train data.csv -o model --spec .
try </dev/null
try <<<'{"quoth_spec": 1,
"pipeline": ['
try <<<'[]'
try <<<'{}'
try <<<'{"quoth_spec": 2, "pipeline": []}'
try <<<'{"quoth_spec": 1}'
try <<<'{"quoth_spec": 1, "pipeline": []}'
try <<<'{"quoth_spec": 1, "stages": []}'
try <<<'{"quoth_spec": 1, "pipeline": [3]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a"}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "A b", "type": "count_vectorizer"}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "tfidf_vectorizer"}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer", "param": {}}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer", "params": []}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer",
  "params": {"min_df": "two"}}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer",
  "params": {"mindf": 2}}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer"}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "random_forest"}]}'
try <<<'{"quoth_spec": 1, "pipeline": [{"name": "a", "type": "count_vectorizer"},
  {"name": "a", "type": "latent_dirichlet_allocation"}]}'
quoth train data.csv -o model "${quick[@]}" >/dev/null
quoth inspect model --spec | sed 's/"train_size": 0.25/"train_size": 7.5/' | try
quoth inspect model --spec | sed 's/"seed": 0/"random_state": -1/; s/"evaluation"/"split"/' | try
refuse quoth train data.csv -o other --spec model
refuse quoth train data.csv -o other --spec data.csv
