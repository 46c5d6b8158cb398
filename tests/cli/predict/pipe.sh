# When nobody reads on, commands end without a word.
small_model model
corpus --rows 20000 >many.csv
set +o pipefail
for options in "--input many.csv" "--input many.csv --proba" "-"; do
  quoth predict model $options <many.csv 2>err | head -n 1 | wc -l
  cat err
done
quoth transform model --input many.csv 2>err | head -n 1 | wc -l
quoth inspect model --vocabulary 2>err | head -n 1 | wc -l
cat err
