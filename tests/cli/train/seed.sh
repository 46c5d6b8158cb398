# --seed sets every random_state, before --set; other seeds give other models.
corpus >data.csv
quoth train data.csv -o seed "${quick[@]}" --seed 5 >/dev/null
quoth inspect seed --spec | grep random_state
quoth train data.csv -o set "${quick[@]}" --set lda.random_state=5 --set forest.random_state=5 \
  --set evaluation.random_state=5 >/dev/null
cmp seed set
quoth train data.csv -o mixed "${quick[@]}" --set forest.random_state=2 --seed 5 >/dev/null
quoth inspect mixed --spec | grep random_state
for state in lda forest evaluation; do
  quoth train data.csv -o "$state" "${quick[@]}" --seed 5 --set $state.random_state=6 >/dev/null
  ! cmp -s seed $state || echo "$state.random_state changes nothing"
done
