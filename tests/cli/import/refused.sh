# What quoth can't do in the same way is refused by name, and nothing is written or run.
for change in tokenizer pattern own float32 shape system; do
  python3 "$CLI/sklearn_pickles.py" file.pkl "$change"
  refuse quoth import file.pkl -o model
done
python3 "$CLI/sklearn_pickles.py" own.pkl own
quoth import own.pkl -o model --lemmatizer null | grep bytes | cut -d : -f 1
printf 'id,text\n1,a\n' >texts.csv
refuse quoth import texts.csv -o model
refuse quoth import nowhere.pkl -o model
refuse quoth import own.pkl -o own.pkl --lemmatizer null
head -c 500 own.pkl >cut.pkl
refuse quoth import cut.pkl -o model
