# Sizes that leave a side without rows, or take more than there are.
corpus --rows 40 >data.csv
try() {
  local options=()
  for size in "$@"; do options+=(--set "evaluation.$size"); done
  refuse quoth train data.csv -o model "${options[@]}"
}
try train_size=0.01
try train_size=null test_size=0.999
try train_size=40
try train_size=1000
try test_size=40 train_size=null
try test_size=0.8
try train_size=0.6 test_size=0.6
try train_size=30 test_size=20
try train_size=2 stratify=true
try train_size=null test_size=2 stratify=true
# As scikit-learn: train rounds down, test up, what is not given is the rest.
for sizes in "train_size=0.33" "train_size=0.5 test_size=0.33" "train_size=null test_size=0.33" \
  "train_size=null" "train_size=7" "train_size=0.5 test_size=3" \
  "train_size=0.99 test_size=0.005"; do
  options=()
  for size in $sizes; do options+=(--set "evaluation.$size"); done
  quoth train data.csv -o model --json "${options[@]}" |
    json '"{train_rows} to train on, {test_rows} to test on: '"$sizes"'".format(**it)'
done
