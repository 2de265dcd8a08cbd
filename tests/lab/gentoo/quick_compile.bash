# To be sourced: how packages are compiled whose programs are to run, not to be judged. tests/overlay/emerge.bats compiles as most
# users do. All who compile so share what ccache keeps.
#   env "${quick_compile[@]}" emerge ...

# shellcheck disable=SC2034 # whoever sources this uses it
quick_compile=(CXXFLAGS="-O1 -pipe" MYCMAKEARGS="-DCMAKE_DISABLE_PRECOMPILE_HEADERS=OFF -DAOE_PRECOMPILE=ON")
