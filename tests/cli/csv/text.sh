# Texts of which nothing is left.
try() {
  printf '%b' "$1" >data.csv
  shift
  refuse quoth train data.csv -o model "$@"
}
empty='text,label\n,a\n"",b\n,a\n,b\n,b\n'
try "$empty"
try 'text,label\nThe of and,a\nto the,b\nI,a\na b c,b\n'
try 'text,label\n?!,a\n...,b\n—,a\n☃,b\n' --set vectorizer.stop_words=null
try 'text,label\none cat,a\ntwo dogs,b\nthree mice,a\nfour birds,b\n'
try 'text,label\none cat,a\ntwo dogs,b\nthree mice,a\nfour birds,b\n' \
  --set vectorizer.min_df=1 --set vectorizer.max_df=0.1
try 'text,label\ncats,a\ncats,b\ncats,a\ncats,b\n' --set vectorizer.min_df=5
try 'text,label\ncats,a\ncats,b\ncats,a\ncats,b\n' --set vectorizer.min_df=3 --set vectorizer.max_df=2
# Some empty texts are fine: documents without words.
printf 'text,label\ncats,a\n,b\ncats dogs,a\n,b\ndogs,b\n,a\n' >data.csv
quoth train data.csv -o model | first 3
