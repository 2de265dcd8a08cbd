# Programs with the shared libraries they need, for file systems of guests.

# Copies each program (a name on PATH or a path) into ROOT/bin, its libraries to where its loader looks.
programs_copy() { # ROOT PROGRAM...
  local root=$1 program path library
  shift
  mkdir -p "$root/bin"
  for program; do
    path=$(command -v "$program") || {
      echo "programs_copy: no $program on this machine" >&2
      return 1
    }
    cp -L "$path" "$root/bin/"
    while read -r library; do
      [[ -e $root$library ]] || cp -L --parents "$library" "$root"
    done < <(ldd "$path" 2>/dev/null | grep -oE '/[^ ]+ \(0x' | cut -d' ' -f1)
  done
}

# Packs a directory as the kernel unpacks it; packed archives may be concatenated.
programs_pack() { # DIRECTORY
  (cd "$1" && find . -mindepth 1 | cpio --quiet --create --format=newc --owner=0:0)
}
