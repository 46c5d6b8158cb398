# Without --recipe it is the best one. Its reports and its answers are as any model's.
corpus >data.csv
command quoth train data.csv -o model --json >told
json '[it["test_accuracy"] > .9, it["test_log_loss"] < .3]' told
quoth inspect model | sed -n '/^recipe/p; /^pipeline/,/^tensors/p'
quoth predict model --proba "$(sed -n 2p data.csv)" | tr '\t' '\n' | awk 'NR > 1 {sum += $1} END {print sum}'
quoth explain model "$(sed -n 2p data.csv)" | wc -l | awk '{print ($1 > 1)}'
# The same file again, with any number of threads, and from the spec in the file.
quoth inspect model --spec >spec.json
quoth train data.csv -o again --spec spec.json --threads 1 >/dev/null
cmp model again
# Too little to learn from.
printf 'text,label\na b,x\nc d,y\n' >two.csv
printf 'text,label\na b,x\nc d,y\ne f,z\ng h,x\n' >four.csv
run_failing 1 command quoth train two.csv -o none
run_failing 1 command quoth train four.csv -o none
