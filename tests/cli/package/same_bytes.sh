# The same bytes each time: whenever, wherever, whoever.
small_model model
fake_runtime runtime
quoth package model -o first.zip --arch x86_64 --runtime runtime >/dev/null
mkdir elsewhere
cp model elsewhere/renamed
touch -d 2001-02-03 elsewhere/renamed runtime
(
  umask 077
  cd elsewhere
  TZ=Asia/Tokyo quoth package renamed -o second.zip --arch x86_64 --runtime ../runtime >/dev/null
)
cmp first.zip elsewhere/second.zip
