"""One raw AoE request and its reply; see frames.bash."""
import os
import random
import select
import signal
import socket
import struct
import sys
import time

ETHER_TYPE = 0x88A2
PATIENCE = float(os.environ.get("PATIENCE", "3"))


class Wire:
    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHER_TYPE))
        self.socket.bind((interface, 0))
        self.mac = bytes.fromhex(os.environ["CLIENT"].replace(":", "")) if "CLIENT" in os.environ else self.socket.getsockname()[4]
        self.tag = random.getrandbits(31) | 0x80000000

    def header(self, shelf, slot, command, flags=0x10):
        self.tag += 1
        return b"\xff" * 6 + self.mac + struct.pack(">HBBHBBI", ETHER_TYPE, flags, 0, shelf, slot, command, self.tag & 0xFFFFFFFF)

    def ask(self, frame):
        self.socket.send(frame.ljust(60, b"\0"))
        until = time.monotonic() + PATIENCE  # whatever else is on the wire
        while (left := until - time.monotonic()) > 0 and select.select([self.socket], [], [], left)[0]:
            reply = self.socket.recv(70000)
            if reply[14] & 8 and reply[20:24] == frame[20:24]:
                return reply
        return None

    def ata(self, shelf, slot, command, sector, count, data=b"", feature=0):
        return self.ask(self.ata_frame(shelf, slot, command, sector, count, data, feature))

    def ata_frame(self, shelf, slot, command, sector, count, data=b"", feature=0):
        flags = 0x41 if data else 0x40
        return self.header(shelf, slot, 0) + struct.pack("<BBBBQ", flags, feature, count, command, sector)[:10] + b"\0\0" + data

    def config(self, shelf, slot):
        return self.ask(self.header(shelf, slot, 1) + bytes(8))


def show(reply, wants_data):
    if reply is None:
        print("no reply")
    elif reply[14] & 4:
        print("AoE error %d" % reply[15])
    elif reply[27] & 1 or not wants_data:
        print("status 0x%02x error 0x%02x" % (reply[27], reply[25]))
    else:
        sys.stdout.buffer.write(reply[36:])


def words(data, first, count):
    """Text of IDENTIFY: each word holds its two characters the other way round."""
    pairs = (data[2 * word : 2 * word + 2] for word in range(first, first + count))
    return b"".join(pair[::-1] for pair in pairs).decode("ascii")


def tell_identity(reply):
    if reply is None:
        print("no reply")
        return
    data = reply[36:548]
    print("serial '%s', model '%s', name %s" % (words(data, 10, 10), words(data, 27, 20).rstrip(), struct.pack(">4H", *struct.unpack("<4H", data[216:224])).hex()))


def tell_health(reply):
    if reply is None:
        print("no reply")
    else:
        print({b"\x4f\xc2": "passed", b"\xf4\x2c": "failing"}[reply[29:31]])


def tell_config(reply):
    if reply is None:
        print("no reply")
        return
    buffers, _, sectors = struct.unpack(">HHB", reply[24:29])
    print("%d buffers, %d sectors a frame" % (buffers, sectors))


def storm(wire, shelf, slot):
    random.seed(1)
    for command in (0, 1, 2, 3, 4, 0x7F, 0xF0, 0xFF):
        for flags in (0x00, 0x10, 0x13, 0x14, 0x18, 0x1F, 0x70):
            frame = wire.header(shelf, slot, command, flags) + bytes(random.getrandbits(8) for _ in range(1476))
            for length in list(range(14, 80)) + [100, 547, 548, 1000, 1060, 1061, 1500]:
                wire.socket.send(frame[:length])
    for source in (b"\xff" * 6, b"\0" * 6, b"\x01" + b"\0" * 5):
        frame = wire.header(shelf, slot, 0)
        wire.socket.send(frame[:6] + source + frame[12:] + b"\0" * 40)
    for _ in range(3000):
        wire.socket.send(wire.header(shelf, slot, random.choice((0, 0, 0, 1, 2, 3))) + bytes(random.getrandbits(8) for _ in range(random.randrange(0, 1476))))


def stream(wire, shelf, slot):
    answered = lost = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        if wire.ata(shelf, slot, 0x24, answered % 1000, 2) is None:
            lost += 1
        else:
            answered += 1
    print("%d answered, %d lost" % (answered, lost))


def silence(wire, shelf, slot):
    longest, last = 0.0, None
    while not select.select([sys.stdin], [], [], 0)[0]:
        wire.socket.send(wire.ata_frame(shelf, slot, 0x24, 0, 1).ljust(60, b"\0"))
        until = time.monotonic() + 0.02
        while (left := until - time.monotonic()) > 0 and select.select([wire.socket], [], [], left)[0]:
            reply = wire.socket.recv(70000)
            if not reply[14] & 8 or reply[19] != 0:
                continue
            if last is None:
                print("answered", flush=True)
            now = time.monotonic()
            longest, last = max(longest, now - (last or now)), now
    print("%d ms" % (1000 * max(longest, time.monotonic() - (last or 0))))


def burden(wire, shelf, slot, requests):
    for i in range(requests):
        wire.socket.send(wire.ata_frame(shelf, slot, 0x24, random.randrange(65536) * 2, 2).ljust(60, b"\0"))


def flood(wire, shelf, slot, count, quiet=1):
    """Reads of two sectors without waiting in between; then takes what comes, all or until nothing comes for `quiet` seconds."""
    answered = 0
    wire.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
    for number in range(count):
        wire.socket.send(wire.ata_frame(shelf, slot, 0x24, number, 2).ljust(60, b"\0"))
    while answered < count and select.select([wire.socket], [], [], quiet)[0]:
        reply = wire.socket.recv(70000)
        answered += reply[14] & 8 != 0
    print("%d asked, %d answered" % (count, answered))


def sectors(wire, shelf, slot, first, count, server):
    """Reads of one sector each, all of which wait for the server at the same time."""
    frames = [wire.ata_frame(shelf, slot, 0x24, first + number, 1) for number in range(count)]
    waiting, failed = {frame[20:24] for frame in frames}, 0
    os.kill(server, signal.SIGSTOP)
    for frame in frames:
        wire.socket.send(frame.ljust(60, b"\0"))
    os.kill(server, signal.SIGCONT)
    while waiting and select.select([wire.socket], [], [], PATIENCE)[0]:
        reply = wire.socket.recv(70000)
        if reply[14] & 8 and reply[20:24] in waiting:
            waiting.remove(reply[20:24])
            failed += reply[27] & 1
    print("%d answered, %d failed" % (count - len(waiting) - failed, failed))


def main():
    interface, what, shelf, slot, *numbers = sys.argv[1:]
    shelf, slot = int(shelf), int(slot)
    sector, count = (int(number) for number in numbers[:2]) if len(numbers) >= 2 else (0, 1)
    times = int(numbers[2]) if len(numbers) == 3 else 1
    wire = Wire(interface)
    if what == "read":
        show(wire.ata(shelf, slot, 0x24, sector, count), True)
    elif what == "write":
        data = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
        show(wire.ata(shelf, slot, 0x34, sector, count, data[: 512 * count].ljust(512 * count, b"\0")), False)
    elif what == "identify":
        show(wire.ata(shelf, slot, 0xEC, 0, 1), False)
    elif what == "identity":
        tell_identity(wire.ata(shelf, slot, 0xEC, 0, 1))
    elif what == "config":
        tell_config(wire.config(shelf, slot))
    elif what == "flush":
        show(wire.ata(shelf, slot, 0xE7, 0, 0), False)
    elif what == "writes":
        replies = [wire.ata(shelf, slot, 0x34, sector, count, bytes(512 * count)) for _ in range(times)]
        print("%d done, %d failed" % (sum(reply is not None and not reply[27] & 1 for reply in replies), sum(reply is not None and reply[27] & 1 for reply in replies)))
    elif what == "sectors":
        sectors(wire, shelf, slot, sector, count, times)
    elif what == "health":
        tell_health(wire.ata(shelf, slot, 0xB0, 0xC24F << 8, 0, feature=0xDA))
    elif what == "trim":
        show(wire.ata(shelf, slot, 0x06, 0, 1, struct.pack("<Q", sector | count << 48).ljust(512, b"\0"), 1), False)
    elif what == "stream":
        stream(wire, shelf, slot)
    elif what == "silence":
        silence(wire, shelf, slot)
    elif what == "burden":
        burden(wire, shelf, slot, int(numbers[0]))
    elif what == "flood":
        flood(wire, shelf, slot, *map(int, numbers))
    elif what == "storm":
        storm(wire, shelf, slot)


main()
