# Folders and devices that may not be written to, by someone who is not root.
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
as_other=()
if [[ $(id -u) == 0 ]]; then
  as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  "${as_other[@]}" quoth --version >/dev/null 2>&1 || skip "another user cannot run quoth"
fi
mkdir folder
chmod 555 folder
try() { refuse "${as_other[@]}" "$@" | sed 's/^\$ setpriv .* quoth/$ quoth/'; }
try quoth train --recipe topics-forest data.csv -o folder/model "${quick[@]}"
try quoth train --recipe topics-forest none.csv -o folder/model
try quoth predict model --input data.csv -o folder/out.csv
try quoth transform model --input data.csv -o folder/out.csv
try quoth eval model data.csv --picture folder/out.png
