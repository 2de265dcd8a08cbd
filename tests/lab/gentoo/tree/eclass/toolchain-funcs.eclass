# A stand-in for Gentoo's toolchain-funcs.eclass: the user's compiler, or the one that is named for the machine.
tc-getCC() {
	echo "${CC:-gcc}"
}

tc-getCXX() {
	echo "${CXX:-g++}"
}
