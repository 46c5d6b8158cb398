# Words have weights also where a model counts pairs of words, or characters.
corpus >data.csv
quoth train data.csv -o pairs --recipe bayes --set vectorizer.ngram_range=[2,2] >/dev/null
quoth explain pairs "The waves and the sails"
quoth train data.csv -o characters --recipe linear --set vectorizer.analyzer=char_wb \
  --set vectorizer.ngram_range=[2,4] >/dev/null
quoth explain characters "The waves, and the waves; unheard-of"
quoth explain characters ""
