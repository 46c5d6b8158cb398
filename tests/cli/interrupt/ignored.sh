# Signals that are ignored from the start, as nohup does, do not end the work.
corpus --rows 90 >data.csv
(
  trap '' HUP INT
  exec quoth train data.csv -o model --set lda.max_iter=20000 >report
) &
sleep 0.2
kill -HUP $!
kill -INT $!
wait $!
head -n 1 report
quoth inspect model --verify
