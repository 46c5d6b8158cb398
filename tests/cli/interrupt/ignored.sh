# Signals that are ignored from the start, as nohup does, do not end the work.
corpus --rows 90 >data.csv
mkfifo pipe
(
  trap '' HUP INT
  exec quoth train pipe -o model >report
) &
exec 3>pipe # done when quoth has opened it, too
kill -HUP $!
kill -INT $!
cat data.csv >&3
exec 3>&-
wait $!
sed -n 1p report
quoth inspect model --verify
