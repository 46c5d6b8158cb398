# topics-forest is the default, and is the article's pipeline.
corpus >data.csv
quoth train data.csv -o default >/dev/null
quoth train data.csv -o named --recipe topics-forest >/dev/null
cmp default named
quoth inspect default --spec
misuse quoth train data.csv -o model --recipe nonsense
misuse quoth train data.csv -o model --recipe ""
