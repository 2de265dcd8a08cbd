#!/usr/bin/env bats
# Who may read, write and configure an export, as the wire shows it to one who is on the lists of vblade.yaml(5) and one who
# is not. Needs: root that may make network namespaces; aoecfg (Debian's aoetools), python3, jq.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
  friend=02:00:00:00:00:11 stranger=02:00:00:00:00:22
}

# The client is this one from now on.
client_is() { on_client ip link set eth0 address "$1"; } # MAC

refused() { ctl --json stats | jq '.exports[0].counters.refused'; }

# What the client may do with e1.0, in three words.
rights() {
  local read=no write=no configure=no
  [[ $(frames read 1 0 0 1 | wc -c) != 512 ]] || read=yes
  [[ $(frames write 1 0 5 1 <<<"mine") != "status 0x40"* ]] || write=yes
  on_client aoecfg -t 1 -c fset -s mine 1 0 eth0 >/dev/null 2>&1
  [[ $(on_client aoecfg -t 1 1 0 eth0 2>/dev/null) != mine ]] || configure=yes
  [[ $configure == no ]] || on_client aoecfg -t 1 -c fset -s '' 1 0 eth0 >/dev/null
  echo "read $read, write $write, configure $configure"
}

# The export has these lists; the friend may do all.
serves() { # LISTS
  configure "{slot: 0, path: $PWD/disk.img, allow: $1}"
  serve_file
  client_is "$friend"
  is "read yes, write yes, configure yes" rights
  is 0 refused
  client_is "$stranger"
}

@test "allow: a list for all three: for a stranger the disk does not exist" {
  serves "[$friend]"
  is "read no, write no, configure no" rights
  (($(refused) > 2))
  stop_server TERM
}

@test "allow: a list for reading: who may not read gets no answer to anything" {
  serves "{read: [$friend]}"
  is "read no, write no, configure no" rights
  stop_server TERM
}

@test "allow: a list for writing: others read and configure; writing and TRIM are an error at once, and change nothing" {
  serves "{write: [$friend]}"
  frames read 1 0 5 1 >before
  is "read yes, write no, configure yes" rights
  is "status 0x41 error 0x04" frames write 1 0 5 1 <<<"stranger's"
  is "status 0x41 error 0x04" frames trim 1 0 0 8
  frames read 1 0 5 1 | cmp - before
  stop_server TERM
}

@test "allow: a list for configuring: others read and write; config string, mask list and reservation stay as they are, and can be read" {
  serves "{configure: [$friend]}"
  ctl config e1.0 set ours
  ctl mask e1.0 add "$friend" "$stranger"
  is "read yes, write yes, configure no" rights
  is ours on_client aoecfg -t 5 1 0 eth0
  run on_client "$AOE" mask e1.0 delete "$friend"
  [ "$status" -ne 0 ]
  run on_client "$AOE" reserve e1.0 force
  [ "$status" -ne 0 ]
  run on_client "$AOE" mask e1.0
  [ "$output" = $'02:00:00:00:00:11\n02:00:00:00:00:22' ]
  [ -z "$(ctl reserve e1.0)" ]
  is ours ctl config e1.0
  (($(refused) > 2))
  stop_server TERM
}

@test "allow: an empty list is an error, at a start and in a reload, which changes nothing" {
  serves "[$friend]"
  for empty in '[]' '{read: []}' '{write: []}'; do
    configure "{slot: 0, path: $PWD/disk.img, allow: $empty}"
    run on_server "$VBLADE" --check vblade.yaml
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"is empty, so no host could use the export: name the hosts, or remove the key to allow all" ]]
    run ctl reload
    [ "$status" -eq 1 ]
  done
  is "read no, write no, configure no" rights
  stop_server TERM
}

@test "remote-configuration: false: nobody configures over the network, not even who is on the list" {
  configure "{slot: 0, path: $PWD/disk.img, allow: [$friend], remote-configuration: false}"
  serve_file
  client_is "$friend"
  is "read yes, write yes, configure no" rights
  is ours ctl config e1.0 set ours
  is ours on_client aoecfg -t 5 1 0 eth0
  stop_server TERM
}

@test "names from /etc/ethers, at start and after a reload; a name that is not there is refused" {
  mkdir -p seen/etc
  printf '# who may\n%s friend.example\n%s stranger.example\n' "$friend" "$stranger" >seen/etc/ethers
  server_sees etc
  serves "{write: [friend.example]}"
  is "read yes, write no, configure yes" rights
  configure "{slot: 0, path: $PWD/disk.img, allow: {write: [stranger.example]}}"
  ctl reload
  is "read yes, write yes, configure yes" rights
  client_is "$friend"
  is "read yes, write no, configure yes" rights
  # The file itself is read anew, too.
  printf '%s stranger.example\n' "$friend" >seen/etc/ethers
  ctl reload
  is "read yes, write yes, configure yes" rights
  printf '%s nobody.example\n' "$friend" >seen/etc/ethers
  run ctl reload
  [ "$status" -eq 1 ]
  [[ $output == *"exports[0].allow.write[0]: 'stranger.example' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65, or a name that /etc/ethers has" ]]
  is "read yes, write yes, configure yes" rights
  stop_server TERM
}
