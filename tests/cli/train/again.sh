# Training twice gives the same bytes, wherever the files are, and replaces the old model whole.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
mkdir -p some/folder
cp data.csv some/other.csv
quoth train some/other.csv -o some/folder/model "${quick[@]}" >/dev/null
cmp model some/folder/model
quoth train - -o piped "${quick[@]}" <data.csv | first 1
cmp model piped
cat data.csv | quoth train - -o piped "${quick[@]}" >/dev/null
cmp model piped
echo "not a model" >model
quoth train data.csv -o model "${quick[@]}" >/dev/null
cmp model piped
(umask 027 && quoth train data.csv -o shared "${quick[@]}" >/dev/null)
stat -c %a model shared
ls -A
