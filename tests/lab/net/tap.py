"""A tap interface NAME that is up: each line N of stdin makes an AoE frame of N bytes arrive on it. Goes with stdin."""
import fcntl
import struct
import subprocess
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000

name = sys.argv[1]
with open("/dev/net/tun", "r+b", buffering=0) as tap:
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "up"], check=True)
    print("up", flush=True)
    for line in sys.stdin:
        header = b"\xff" * 6 + b"\x02\0\0\0\0\x63" + struct.pack(">HBBHBBI", 0x88A2, 0x10, 0, 1, 0, 1, 7)
        tap.write(header.ljust(int(line), b"\0"))
