# The script loads and completes commands, options and choices, each with its description.
command -v fish >/dev/null || skip "no fish"
quoth completion fish >script
fish -n script
for line in "quoth t" "quoth train --enc" "quoth train --encoding-errors r" "quoth eval --no" \
  "quoth train -o"; do
  echo "$line"
  fish -c '. script; complete -C $argv[1]' "$line" | sed 's/^/  /'
done
