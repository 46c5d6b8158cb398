# What Lambda does not take as an upload, and what not at all.
small_model model
fake_runtime large --size 53000000
quoth package model -o function.zip --arch x86_64 --runtime large >/dev/null
python3 -c 'import zipfile; zipfile.ZipFile("function.zip").testzip()'
rm function.zip
fake_runtime huge
truncate -s 262144000 huge
refuse quoth package model -o function.zip --arch x86_64 --runtime huge
