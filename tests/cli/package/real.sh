# The quothd that was built with quoth runs from the zip, in an empty folder.
runtime=$(dirname "$(readlink -f "$(type -P quoth)")")/quothd-$(uname -m | sed s/aarch64/arm64/)
[[ -f $runtime ]] || skip "this build has no stripped quothd"
small_model model
quoth package model -o function.zip >sizes
python3 -c 'import zipfile; zipfile.ZipFile("function.zip").extractall(".")'
cmp bootstrap "$runtime"
chmod 755 bootstrap # Python's unzipping loses the mode
[[ $(env -i ./bootstrap --version) == "quothd $QUOTH_VERSION" ]]
