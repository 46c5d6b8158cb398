# Keys that are not there, and what is no assignment or no JSON.
while read -r assignment; do
  refuse quoth train none.csv -o model --set "$assignment"
done <<'EOF'
lda.n_topics=20
vectorizer.tokenizer=null
forest.max_leaf_nodes=10
evaluation.shuffle=true
svm.C=1.0
tfidf.use_idf=true
n_components=20
lda.n_components
lda.n_components=
lda.n_components=NaN
lda.n_components=0x10
lda.n_components=99999999999999999999
lda.learning_offset=1e999
lda.learning_method=Online
lda.learning_method='online'
vectorizer.stop_words="english
vectorizer.stop_words=english stop words
vectorizer.max_df={"a":1,"a":2}
lda.n_components=20 30
=20
EOF
