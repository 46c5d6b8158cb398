# All ways to the list of commands; none at all is wrong usage.
quoth --help
[[ $(quoth -h) == "$(quoth --help)" ]]
[[ $(quoth help) == "$(quoth --help)" ]]
status=0
quoth >stdout 2>stderr || status=$?
[[ $status == 2 && ! -s stdout && $(<stderr) == "$(quoth --help)" ]]
