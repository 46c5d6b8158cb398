# The script can be sourced, and can be a file of $fpath.
command -v zsh >/dev/null || skip "no zsh"
quoth completion zsh >script
zsh -n script
zsh -fc 'autoload -U compinit; compinit -u -D; . ./script; echo "sourced: $_comps[quoth]"'
mkdir functions
cp script functions/_quoth
zsh -fc 'fpath=(./functions $fpath); autoload -U compinit; compinit -u -D
  echo "found: $_comps[quoth]"'
