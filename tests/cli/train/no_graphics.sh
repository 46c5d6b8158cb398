# Pango and cairo are loaded to draw, and only then. Where they can't be, it is told before the work
# begins, and all else goes on. Here an empty file and a library of something else stand for Pango.
corpus >data.csv
libraries=$(ldd "$(type -P quoth)")
if grep -E 'cairo|pango|gobject|fontconfig|harfbuzz|X11' <<<"$libraries"; then
  echo "(linked)"
fi
mkdir empty other
touch empty/libpangocairo-1.0.so.0
ln -s "$(awk '$1 ~ /^libjansson/ {print $3}' <<<"$libraries")" other/libpangocairo-1.0.so.0
export LD_LIBRARY_PATH=empty
quoth train data.csv -o model "${quick[@]}" >/dev/null
# Before the work: not even a file that is not there is noticed.
refuse quoth train none.csv -o new --picture matrix.png
refuse quoth train none.csv -o new --report page.html
refuse quoth eval model none.csv --calibration curve.svg
refuse quoth compare none.csv --picture scatter.pdf
export LD_LIBRARY_PATH=other
refuse quoth eval model data.csv --picture matrix.png
unset LD_LIBRARY_PATH
# Nor can they be drawn without a font.
fonts=$TMPDIR/fonts
mkdir "$fonts"
cat >"$fonts/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$fonts</dir><cachedir>$fonts</cachedir></fontconfig>
END
export FONTCONFIG_FILE=$fonts/fonts.conf
refuse quoth train none.csv -o new --picture matrix.png
