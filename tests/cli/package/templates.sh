# Files that deploy the zip, beside it; those that are there already are left alone.
small_model model
fake_runtime runtime --machine 183
package() { quoth package model --arch arm64 --runtime runtime "$@"; }
for tool in sam terraform cdk dockerfile; do
  mkdir $tool
  package -o $tool/my-2.zip --template $tool | tail -n 1
  (cd $tool && find . -type f | sort)
  find $tool -maxdepth 1 -type f ! -name '*.zip' -exec grep -hE 'my-2|arm64|ARM_64|emory' {} + |
    sed 's/^ *//'
  if grep -rqIE '@[a-z_]+@' $tool; then echo "a place is left"; fi
done
package -o named.zip --template cdk --json | json 'it["templates"]'
package -o plain.zip --json | json 'it["templates"]'

# The image has the files of the zip, which others than the owner may read and run.
python3 - <<'EOF'
import os, zipfile
for entry in zipfile.ZipFile("dockerfile/my-2.zip").infolist():
    path = "dockerfile/function/" + entry.filename
    assert open(path, "rb").read() == zipfile.ZipFile("dockerfile/my-2.zip").read(entry), path
    assert os.stat(path).st_mode == entry.external_attr >> 16, path
EOF

refused() { refuse quoth package model --arch arm64 --runtime runtime "$@"; }
refused -o sam/my-2.zip --template sam
refused -o sam/other.zip --template sam
rm cdk/app.js
refused -o cdk/my-2.zip --template cdk
rm dockerfile/Dockerfile
refused -o dockerfile/my-2.zip --template dockerfile
ln -s nowhere main.tf
refused -o my.zip --template terraform
refused -o 'my zip.zip' --template sam
refused -o template.yaml --template sam
refused -o function --template dockerfile
# What is read is never replaced.
refused_here() { (cd inputs && refuse quoth package "$@" --arch arm64 --force); }
mkdir -p inputs/function
cp model inputs/app.js
cp model inputs/function/model.quoth
cp runtime inputs/main.tf
refused_here app.js --runtime ../runtime -o my.zip --template cdk
refused_here ../model --runtime main.tf -o my.zip --template terraform
refused_here function/model.quoth --runtime ../runtime -o my.zip --template dockerfile
# With --force they are replaced, and all is the same for another user at another place and time.
for tool in sam terraform cdk dockerfile; do
  cp -r $tool again
  find again -type f | while read -r file; do echo changed >"$file"; done
  (
    umask 077
    TZ=Asia/Tokyo package -o again/my-2.zip --template $tool --force >/dev/null
    package -o $tool/my-2.zip --template $tool --force >/dev/null
  )
  diff -r again $tool
  rm -r again
done
stat -c '%a %n' dockerfile/function/*
# Memory for what is large: its files, and 64 MiB.
truncate -s 104857600 runtime
package -o large.zip --template sam >/dev/null
grep MemorySize template.yaml
misuse quoth package model -o function.zip --template serverless
misuse quoth package model -o function.zip --force
