# A stand-in for Gentoo's cmake.eclass: the same phases, the same places, and what a build sees of it.
#   - No precompiled header, no interprocedural optimization, no warning as an error, whatever the project asks for.
#   - A build type without flags of its own: the user's CXXFLAGS are all that there are.
#   - The project's CMakeLists.txt is changed: it prints a summary at its end.
#   - MYCMAKEARGS: further arguments, from the user.
#   - CMAKE_QA_SRC_DIR_READONLY: the sources cannot be written once they are prepared.
# tests/gentoo compares all of it with the real one, where there is a real one.
inherit toolchain-funcs

BDEPEND="
	>=dev-build/cmake-3.28.5
	app-alternatives/ninja
"

cmake_src_prepare() {
	default_src_prepare
	: "${BUILD_DIR:=${PWD}_build}"
	mkdir -p "${BUILD_DIR}" || die
	cat >>CMakeLists.txt <<-'END' || die

		message(STATUS "Gentoo: ${CMAKE_BUILD_TYPE} in ${CMAKE_INSTALL_PREFIX}, '${CMAKE_CXX_FLAGS}', '${CMAKE_EXE_LINKER_FLAGS}'")
	END
	if [[ ${CMAKE_QA_SRC_DIR_READONLY} ]]; then chmod -R a-w . || die; fi
}

cmake_src_configure() {
	local language user=()
	{
		printf 'set(%s CACHE BOOL "")\n' "CMAKE_GENTOO_BUILD ON" "BUILD_SHARED_LIBS ON" "CMAKE_DISABLE_PRECOMPILE_HEADERS ON" \
			"CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF" "CMAKE_TLS_VERIFY ON" \
			"CMAKE_COMPILE_WARNING_AS_ERROR OFF" "CMAKE_LINK_WARNING_AS_ERROR OFF"
		printf 'set(%s CACHE PATH "")\n' "CMAKE_INSTALL_LIBDIR $(get_libdir)" \
			"CMAKE_INSTALL_INFODIR \"${EPREFIX}/usr/share/info\"" "CMAKE_INSTALL_MANDIR \"${EPREFIX}/usr/share/man\"" \
			"CMAKE_INSTALL_DOCDIR \"${EPREFIX}/usr/share/doc/${PF}\""
		for language in ASM C CXX EXE_LINKER MODULE_LINKER SHARED_LINKER STATIC_LINKER; do
			echo "set(CMAKE_${language}_FLAGS_RELWITHDEBINFO \"\" CACHE STRING \"\")"
		done
		echo 'set(CMAKE_INSTALL_ALWAYS 1)'
	} >"${BUILD_DIR}/gentoo_common_config.cmake" || die
	printf 'set(CMAKE_%s_COMPILER "%s")\n' C "$(tc-getCC)" CXX "$(tc-getCXX)" >"${BUILD_DIR}/gentoo_toolchain.cmake" || die
	eval "user=( ${MYCMAKEARGS} )"
	set -- cmake -C "${BUILD_DIR}/gentoo_common_config.cmake" -G Ninja -DCMAKE_INSTALL_PREFIX="${EPREFIX}/usr" "${mycmakeargs[@]}" \
		-DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_TOOLCHAIN_FILE="${BUILD_DIR}/gentoo_toolchain.cmake" "${user[@]}" -S . -B "${BUILD_DIR}"
	echo "$@"
	"$@" || die "cmake failed"
}

cmake_src_compile() {
	ninja -v -C "${BUILD_DIR}" ${MAKEOPTS} || die "ninja failed"
}

cmake_src_test() {
	cd "${BUILD_DIR}" || die
	ctest ${MAKEOPTS} "$@" || {
		eerror "Tests failed. When you file a bug, please attach the following file:"
		eerror "	${BUILD_DIR}/Testing/Temporary/LastTest.log"
		die -n "Tests failed."
		return 1
	}
	einfo "Tests succeeded."
	cd "${S}" || die
}

cmake_src_install() {
	DESTDIR="${D}" ninja -v -C "${BUILD_DIR}" ${MAKEOPTS} install || die "ninja install failed"
	einstalldocs
}

EXPORT_FUNCTIONS src_prepare src_configure src_compile src_test src_install
