# A file that may not be read; root may, so another user tries.
corpus --rows 30 >data.csv
chmod 000 data.csv
as_other=()
if [[ $(id -u) == 0 ]]; then
  as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  "${as_other[@]}" true 2>/dev/null || skip "cannot become another user"
  "${as_other[@]}" quoth --version >/dev/null 2>&1 || skip "another user cannot run quoth"
  chmod 777 .
fi
refuse "${as_other[@]}" quoth train data.csv -o model | sed 's/^\$ setpriv [^q]*/$ /'
