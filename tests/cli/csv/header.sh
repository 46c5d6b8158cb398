# Without a header, or with one that leaves a choice, the message lists the columns that there are.
try() {
  printf '%b' "$1" >data.csv
  shift
  refuse quoth train data.csv -o model "$@"
}
try 'The cat sat.,a\nThe dog ran.,b\n'
try 'id,title,category\n1,The cat sat.,a\n' --text body
try 'id,body,kind\n1,The cat sat.,a\n'
try 'id,body,kind\n1,The cat sat.,a\n' --text body
try 'id,body,kind\n1,The cat sat.,a\n' --label kind --text words
try 'id,body,kind\n1,The cat sat.,a\n' --label genre
try 'id,body,kind\n1,The cat sat.,a\n' --text body --label kind --id key
try 'id,text\n1,The cat sat.\n'
try 'id,label\n1,a\n'
try 'title,body,label\nCats,The cat sat.,a\n'
try 'text,author,category\nThe cat sat.,Ada,a\n'
try 'text,label,class,target\nThe cat sat.,a,b,c\n'
try 'text,text,label\nThe cat sat.,The dog ran.,a\n'
try 'text,label,label\nThe cat sat.,a,b\n'
try 'Text,TEXT,label\nThe cat sat.,The dog ran.,a\n'
try 'text,label\nThe cat sat.,a\n' --label text
try 'text;label\nThe cat sat.;a\n'
try 'text\tlabel\nThe cat sat.\ta\n'
try '\n\nid,body,kind\n1,The cat sat.,a\n'
try "$(printf 'column%d,' {1..40})last\n"
try 'caf\xe9,label\nThe cat sat.,a\n'
try 'text,label\n'
# Names may be quoted, and exact ones go before those that differ in case.
printf 'Text,"text","la""bel"\nx,The cat sat,a\nx,The cat ran,b\nx,The dog sat,b\nx,The dog ran,a\n' \
  >data.csv
quoth train data.csv -o model --label 'la"bel' | first 2
quoth inspect model --vocabulary
