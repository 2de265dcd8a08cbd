# A stand-in for Gentoo's shell-completion.eclass and the bash-completion-r1.eclass that it inherits.
newbashcomp() {
	insinto /usr/share/bash-completion/completions
	newins "$@"
}

bashcomp_alias() {
	local base=$1 name
	for name in "${@:2}"; do
		dosym "${base}" "/usr/share/bash-completion/completions/${name}"
	done
}

newzshcomp() {
	insinto /usr/share/zsh/site-functions
	newins "$@"
}
