# The number of threads changes no byte, of the model and of what is predicted with it.
corpus >data.csv
for threads in 1 2 7 0; do
  quoth train data.csv -o model.$threads "${quick[@]}" --threads $threads |
    sed "s/model.$threads/MODEL/" >report.$threads
  quoth predict model.1 --input data.csv --proba --threads $threads >proba.$threads
  quoth transform model.1 --input data.csv --threads $threads >features.$threads
  quoth eval model.1 data.csv --threads $threads >eval.$threads
  for file in model report proba features eval; do
    cmp $file.1 $file.$threads
  done
done
refuse quoth train data.csv -o other --threads 100000
