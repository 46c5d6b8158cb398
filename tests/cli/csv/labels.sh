# Labels that are missing, or too few of them.
try() {
  printf '%b' "$1" >data.csv
  shift
  refuse quoth train data.csv -o model "$@"
}
try 'text,label\nThe cat sat.,a\nThe dog ran.,\n'
try 'text,label\nThe cat sat.,a\n"The\ndog ran.",""\n'
try 'text,label\n\nThe cat sat.,a\nThe dog ran.,a\nThe cat ran.,a\n'
try 'text,label\nThe cat sat.,a\n'
small='text,label\nThe cat sat.,a\nThe cat ran.,a\nThe cat slept.,a\nThe dog ran.,b\n'
try "$small" --set evaluation.stratify=true
try "${small}The dog sat.,b\n" --set evaluation.stratify=true
printf '%b' "$small" >data.csv
quoth train data.csv -o model --set evaluation.train_size=0.5 | first 3
# Spaces belong to a label, and one that looks like a missing value is a label.
printf 'text,label\ncat,NA\ncat,null\ndog,a\ndog, a\ncat,a \ndog,nan\ncat,A\n' >data.csv
quoth train data.csv -o model --json | json 'it["classes"]'
