# Terms, counts and pruning, worked out by hand: min_df and max_df count documents, max_features
# takes the terms with the highest counts, stop words and lemmas as scikit-learn and NLTK have them.
cat >data.csv <<'EOF'
text,label
The dogs bark; dogs were barking.,a
Dogs and cats,b
Cats ran and ran and ran,a
A cat's RUNNING shoes,b
EOF
train() {
  quoth train data.csv -o model --json --set evaluation.train_size=2 --set lda.n_components=2 "$@" \
    >it.json
  json '"{vocabulary_size} terms, {nnz} counts: ".format(**it)' it.json >line
  quoth inspect model --vocabulary >>line
  paste -sd ' ' line
}
plain=(--set vectorizer.min_df=1 --set vectorizer.max_df=1.0 --set vectorizer.stop_words=null
  --set vectorizer.lemmatizer=null)
train "${plain[@]}"
train "${plain[@]}" --set vectorizer.stop_words=english
train "${plain[@]}" --set vectorizer.lowercase=false
train "${plain[@]}" --set vectorizer.min_df=2
train "${plain[@]}" --set vectorizer.min_df=0.5
train "${plain[@]}" --set vectorizer.max_df=1
train "${plain[@]}" --set vectorizer.max_df=0.5
train "${plain[@]}" --set vectorizer.max_features=2
train "${plain[@]}" --set vectorizer.max_features=2 --set vectorizer.binary=true
for lemmatizer in wordnet wordnet-verb wordnet-adj wordnet-adv wordnet-all; do
  train "${plain[@]}" --set vectorizer.lemmatizer=$lemmatizer
done
train --set vectorizer.min_df=1
