# What a machine's console showed.

# Fails unless these texts stand in FILE, each for the first time behind the first of the one before.
shows_in_order() { # FILE TEXT...
  local file=$1 text line last=0
  shift
  for text; do
    line=$(grep -nF -m 1 -- "$text" "$file" | cut -d: -f1)
    if ((${line:-0} <= last)); then
      echo "'$text' is missing or too early on this console:"
      cat "$file"
      return 1
    fi
    last=$line
  done
}
