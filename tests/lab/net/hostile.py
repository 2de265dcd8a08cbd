"""A target that answers every AoE request with many replies, most of which lie: hostile.py INTERFACE SHELF SLOT.

Each request gets every lie that there is for its command, in another order each time, with the right tag; among them one
that keeps to the rules, but whose texts want to steer the reader's terminal.
"""
import random
import socket
import struct
import sys

ETHER_TYPE = 0x88A2
STEERING = b"\x1b[2J\x1b]0;x\x07\r\n\0\xff\xc3'\"\\<&>%s"
ATA, CONFIG, MASK, RESERVE = range(4)


def swapped(text, size):
    """As IDENTIFY holds text: the characters of each word the other way round."""
    text = (text * size)[:size]
    return b"".join(text[i + 1 : i + 2] + text[i : i + 1] for i in range(0, size, 2))


def identify(sectors):
    data = bytearray(512)
    data[20:40] = swapped(STEERING, 20)
    data[46:54] = swapped(STEERING, 8)
    data[54:94] = swapped(STEERING, 40)
    data[98:100] = b"\0\x03"
    data[166:168] = data[172:174] = struct.pack("<H", 0x7400)
    data[200:208] = struct.pack("<Q", sectors)
    data[212:214] = struct.pack("<H", 0x7FFF)  # blocks of 32768 logical ones each, which are large themselves
    data[234:238] = b"\xff" * 4
    return bytes(data)


def ata(status, error, data):
    return struct.pack("<BBBBQ", 0, error, 0, status, 0)[:10] + b"\0\0" + data


def config(text, length):
    return struct.pack(">HHBBH", 65535, 65535, 255, 0x1F, length) + text


def mask(count, error, macs):
    return struct.pack("BBBB", 0, 0, error, count) + b"".join(b"\0\1" + mac for mac in macs)


def reserve(count, macs):
    return struct.pack("BB", 0, count) + b"".join(macs)


def bodies(request):
    """(flags and error, command, what follows the header)"""
    wanted = request[26] * 512 if len(request) > 36 or request[19] == ATA else 0
    macs = [random.randbytes(6) for _ in range(255)]
    told = {
        ATA: [ata(0x40, 0, identify(sectors)) for sectors in (0, 5, 2**48 - 1, 2**64 - 1)]
        + [ata(0x40, 0, random.randbytes(size)) for size in (0, 1, 511, 513, max(wanted - 1, 0), wanted)]
        + [ata(0xFF, 0xFF, b""), ata(0x41, 0, b""), ata(0, 0, b"\xff" * 1024)],
        CONFIG: [config((STEERING * 64)[:size], length) for size, length in ((0, 1), (0, 65535), (28, 1024), (1024, 1025), (1024, 1024))],
        MASK: [mask(255, 0, macs[:1]), mask(255, 0, []), mask(200, 77, []), mask(1, 0, [b"\0"]), mask(255, 0, macs[:180])],
        RESERVE: [reserve(255, []), reserve(255, macs[:10]), reserve(1, [b"\0" * 5]), reserve(200, macs[:200])],
    }
    command = request[19]
    for other, bodies_of_other in told.items():
        for body in bodies_of_other:
            yield 0x1800, other, body
    for error in (0, 6, 77, 255):
        yield 0x1C00 | error, command, b"\xff" * 40
    yield 0x1800, 0xF0, b"\xff" * 40
    yield 0xFFFF, command, random.randbytes(60)
    honest = max(told.get(command, [b""]), key=len)
    for size in range(len(honest[:48])):
        yield 0x1800, command, honest[:size]


def main():
    interface, shelf, slot = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(1)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHER_TYPE))
    wire.bind((interface, 0))
    mac = wire.getsockname()[4]
    print("hostile", flush=True)
    while True:
        request = wire.recv(70000)
        if len(request) < 36 or request[14] & 8 or request[6:12] == mac:
            continue
        replies = list(bodies(request))
        random.shuffle(replies)
        for flags, command, body in replies:
            header = request[6:12] + mac + struct.pack(">HHHBB", ETHER_TYPE, flags, shelf, slot, command) + request[20:24]
            wire.send((header + body)[:1514])
        for size in range(14, 24):
            wire.send((header + body)[:size])


main()
