#!/bin/sh
# Brings the AoE disks up that parse-aoe.sh has found named. Sourced by dracut when udev has loaded the network cards'
# drivers, again and again until the root file system's device is there.

if [ -e /tmp/aoe-attach ]; then
  # shellcheck disable=SC2046 # a word a line, without blanks
  if aoe-mount attach $(cat /tmp/aoe-attach) >&2; then # with systemd only that is on the console
    rm /tmp/aoe-attach
  else
    # The shell may mend what is wrong: after its end this runs again.
    emergency_shell "AoE: the disks of the kernel's command line did not come up: $(tr '\n' ' ' </tmp/aoe-attach)"
  fi
fi
