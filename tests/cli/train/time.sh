# --time learns only the members of a stack that help, and says which. With time enough, the data
# alone decide; the spec in the file gives the same file again.
corpus --rows 600 --noise 7 >data.csv
command quoth train data.csv -o model --time 6000 | grep members
command quoth train data.csv -o again --time 6000 --json >told
cmp model again
json '[member["member"] for member in it["stack"]["members"] if member["is_chosen"]]' told
json '[it["stack"]["rows"], it["train_rows"]]' told
json 'it["stack"]["log_loss"] < min(member["log_loss"] for member in it["stack"]["members"])' told
quoth inspect model --spec >spec.json
quoth train data.csv -o again --spec spec.json >/dev/null
cmp model again
# Without any time one member stays.
command quoth train data.csv -o one --time 0 --json >told
json 'sum(member["is_chosen"] for member in it["stack"]["members"])' told
refuse quoth train data.csv -o none --recipe bayes --time 60
misuse quoth train data.csv -o none --time soon
