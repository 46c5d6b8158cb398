# Where the runtime comes from, and what is refused as one.
small_model model
mkdir -p home/bin home/lib/quoth
cp "$(readlink -f "$(type -P quoth)")" home/bin/quoth
here() { sed "s,$PWD,HERE,g"; }
refuse home/bin/quoth package model -o function.zip --arch x86_64 | here
refuse home/bin/quoth package model -o function.zip --arch arm64 | here
fake_runtime home/lib/quoth/quothd-arm64 --machine 183
home/bin/quoth package model -o function.zip --arch arm64 --json | json 'it["runtime"]' | here
fake_runtime home/bin/quothd-arm64 --machine 183 --type 3
home/bin/quoth package model -o function.zip --arch arm64 --json | json 'it["runtime"]' | here
fake_runtime home/bin/quothd-x86_64
home/bin/quoth package model -o function.zip --arch x86_64 --json | json 'it["runtime"]' | here
refuse home/bin/quoth package model -o home/bin/quothd-x86_64 --arch x86_64 | here
rm function.zip

try() {
  fake_runtime runtime "$@"
  refuse quoth package model -o function.zip --arch x86_64 --runtime runtime | tail -n +2
}
try --machine 183
try --machine 243
try --class 1
try --data 2
try --type 1
try --segments 1 3 1
try --segments
fake_runtime whole
for size in 0 3 63 64 119 175; do
  head -c $size whole >runtime
  refuse quoth package model -o function.zip --arch x86_64 --runtime runtime | tail -n +2
done
head -c 176 whole >runtime
quoth package model -o function.zip --arch x86_64 --runtime runtime >/dev/null
rm function.zip
refuse quoth package model -o function.zip --arch arm64 --runtime runtime
refuse quoth package model -o function.zip --arch x86_64 --runtime model
refuse quoth package model -o function.zip --arch x86_64 --runtime nowhere
refuse quoth package model -o function.zip --arch x86_64 --runtime .
