"""Writes a capture file in other formats: captures.py FILE.pcap OUT (micro|nano|pcapng) (little|big). FILE.pcap has nanosecond times and
this machine's byte order, as aoe dump --write makes them."""
import struct
import sys

ETHERNET, SNAPLEN = 1, 262144


def frames(path):
    with open(path, "rb") as file:
        magic = struct.unpack("=I20x", file.read(24))[0]
        assert magic == 0xA1B23C4D, hex(magic)
        while head := file.read(16):
            seconds, nanoseconds, caught, length = struct.unpack("=4I", head)
            yield seconds, nanoseconds, length, file.read(caught)


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng(order, caught):
    yield block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    nanoseconds = struct.pack(order + "HHB3xI", 9, 1, 9, 0)  # if_tsresol, end of options
    yield block(order, 1, struct.pack(order + "HHI", ETHERNET, 0, SNAPLEN) + nanoseconds)
    for seconds, nano, length, frame in caught:
        time = seconds * 10**9 + nano
        yield block(order, 6, struct.pack(order + "5I", 0, time >> 32, time & 0xFFFFFFFF, len(frame), length) + frame)


def pcap(order, caught, magic, unit):
    yield struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAPLEN, ETHERNET)
    for seconds, nano, length, frame in caught:
        yield struct.pack(order + "4I", seconds, nano // unit, len(frame), length) + frame


def main():
    source, target, kind, order = sys.argv[1:]
    order = {"little": "<", "big": ">"}[order]
    caught = frames(source)
    parts = {
        "micro": lambda: pcap(order, caught, 0xA1B2C3D4, 1000),
        "nano": lambda: pcap(order, caught, 0xA1B23C4D, 1),
        "pcapng": lambda: pcapng(order, caught),
    }[kind]()
    with open(target, "wb") as file:
        file.writelines(parts)


main()
