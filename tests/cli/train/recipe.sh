# topics-forest is the default, and is the article's pipeline.
corpus >data.csv
quoth train data.csv -o default >/dev/null
quoth train data.csv -o named --recipe topics-forest >/dev/null
cmp default named
quoth inspect default --spec
misuse quoth train data.csv -o model --recipe nonsense
misuse quoth train data.csv -o model --recipe ""
# Naive Bayes: other recipes hold back the test rows from all stages, and then learn from all rows.
quoth train data.csv -o bayes --recipe bayes | sed 's/digest .*/digest/'
quoth inspect bayes --spec
quoth predict bayes --proba "" "qwxz" "the sea and the sails"
quoth explain bayes "the sea and the sails"
quoth train data.csv -o linear --recipe linear | sed -n '/^  *rows/,/^$/p'
quoth predict linear --proba "" "the sea and the sails"
quoth train data.csv -o other --recipe linear --threads 1 >/dev/null
cmp linear other
refuse quoth transform bayes --input data.csv
refuse quoth topics bayes
# A language model for each class.
quoth train data.csv -o ngram --recipe ngram --set classifier.order=3 | sed 's/digest .*/digest/'
quoth inspect ngram --spec
quoth predict ngram "" "the sea and the sails"
quoth explain ngram "the sea and the sails"
refuse quoth transform ngram --input data.csv
fake_runtime runtime
quoth package ngram -o ngram.zip --arch x86_64 --runtime runtime >/dev/null
