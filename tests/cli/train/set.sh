# Every key of the issue takes a value of each kind that it allows, keeps it in the model's spec, and
# trains. A whole number given for a real one is kept as a real one.
corpus --rows 90 >data.csv
while read -r assignment kept; do
  key=${assignment%%=*}
  quoth train data.csv -o model "${quick[@]}" --set "$assignment" >/dev/null
  value=$(quoth inspect model --spec | python3 -c '
import json, sys
stage, name = sys.argv[1].split(".")
spec = json.load(sys.stdin)
parts = {part["name"]: part["params"] for part in spec["pipeline"]}
parts["evaluation"] = spec["evaluation"]
print(json.dumps(parts[stage][name]))' "$key")
  [[ $value == "${kept:-${assignment#*=}}" ]] || echo "$assignment is kept as $value"
done <<'EOF'
vectorizer.max_df=0.5
vectorizer.max_df=1.0
vectorizer.max_df=40
vectorizer.min_df=1
vectorizer.min_df=0.0
vectorizer.min_df=0.05
vectorizer.max_features=10
vectorizer.max_features=null
vectorizer.max_features=4294967295
vectorizer.stop_words="english"
vectorizer.stop_words=null
vectorizer.stop_words=english "english"
vectorizer.stop_words=["the","of"] ["the", "of"]
vectorizer.stop_words=french "french"
vectorizer.lowercase=false
vectorizer.binary=true
vectorizer.lemmatizer=null
vectorizer.lemmatizer="wordnet"
vectorizer.lemmatizer=wordnet-verb "wordnet-verb"
vectorizer.lemmatizer="wordnet-adj"
vectorizer.lemmatizer="wordnet-adv"
vectorizer.lemmatizer="wordnet-all"
vectorizer.stemmer="german"
vectorizer.strip_accents="ascii"
vectorizer.strip_accents=unicode "unicode"
vectorizer.analyzer="char"
vectorizer.analyzer=char_wb "char_wb"
vectorizer.ngram_range=[1,2] [1, 2]
vectorizer.ngram_range=[2,2] [2, 2]
vectorizer.token_pattern=word+punct "word+punct"
vectorizer.token_pattern="whitespace"
lda.n_components=1
lda.n_components=20
lda.max_iter=0
lda.max_iter=7
lda.learning_method="batch"
lda.learning_method=online "online"
lda.learning_offset=1 1.0
lda.learning_offset=12.5
lda.learning_decay=0.5
lda.learning_decay=1 1.0
lda.batch_size=1
lda.batch_size=1000
lda.doc_topic_prior=0.1
lda.doc_topic_prior=null
lda.topic_word_prior=0.01
lda.topic_word_prior=1 1.0
lda.mean_change_tol=0.1
lda.mean_change_tol=0 0.0
lda.max_doc_update_iter=3
lda.random_state=4294967295
forest.n_estimators=1
forest.criterion="entropy"
forest.criterion=gini "gini"
forest.max_depth=2
forest.max_depth=null
forest.max_features="sqrt"
forest.max_features=log2 "log2"
forest.max_features=null
forest.max_features=1
forest.max_features=1.0
forest.max_features=0.3
forest.min_samples_split=2
forest.min_samples_split=0.5
forest.min_samples_split=1.0
forest.min_samples_leaf=1
forest.min_samples_leaf=0.25
forest.bootstrap=false
forest.class_weight="balanced"
forest.class_weight=balanced_subsample "balanced_subsample"
forest.class_weight=null
forest.random_state=7
evaluation.train_size=0.5
evaluation.train_size=60
evaluation.train_size=null
evaluation.test_size=0.25
evaluation.test_size=30
evaluation.test_size=null
evaluation.stratify=true
evaluation.random_state=3
EOF
