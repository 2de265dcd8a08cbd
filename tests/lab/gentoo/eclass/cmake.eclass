# A stand-in for Gentoo's cmake.eclass: the same phases, the same places, nothing else.
BDEPEND=">=dev-build/cmake-3.28.5 dev-build/ninja"

cmake_src_prepare() {
	default_src_prepare
	: "${BUILD_DIR:=${PWD}_build}"
}

cmake_src_configure() {
	CC=${CC:-gcc} CXX=${CXX:-g++} cmake -S . -B "${BUILD_DIR}" -G Ninja \
		-DCMAKE_INSTALL_PREFIX="${EPREFIX}/usr" -DCMAKE_INSTALL_LIBDIR="$(get_libdir)" \
		-DCMAKE_INSTALL_MANDIR="${EPREFIX}/usr/share/man" \
		-DCMAKE_INSTALL_DOCDIR="${EPREFIX}/usr/share/doc/${PF}" \
		-DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO= -DBUILD_SHARED_LIBS=ON \
		"${mycmakeargs[@]}" || die "cmake failed"
}

cmake_src_compile() {
	ninja -C "${BUILD_DIR}" ${MAKEOPTS} || die "ninja failed"
}

cmake_src_test() {
	ctest --test-dir "${BUILD_DIR}" --output-on-failure ${MAKEOPTS} "$@" || die "Tests failed."
}

cmake_src_install() {
	DESTDIR="${D}" ninja -C "${BUILD_DIR}" install || die "ninja install failed"
	einstalldocs
}

EXPORT_FUNCTIONS src_prepare src_configure src_compile src_test src_install
