"""A disk that fails, hangs, slows and forgets on command: a plugin of nbdkit. rough_disk.bash has the commands.

A write is kept in the disk's cache, a FLUSH moves the cache to the medium, and `cut` empties the cache as a power cut does.
Commands arrive on a Unix socket, one on each connection, and hold when the answer leaves.
"""
import builtins
import errno
import socketserver
import threading
import time

import nbdkit

API_VERSION = 2
SECTOR = 512
EVERYTHING = ("read", "write", "flush")


class Disk:
    def __init__(self, size, log):
        self.size = size
        self.log = log
        self.medium = {}  # by sector; a sector that is not there has zeros
        self.cache = {}
        self.changed = threading.Condition()
        self.heal()

    def heal(self):
        self.bad = []  # (request, first sector, sector behind the last)
        self.hanging = ()
        self.delay = 0.0

    def arrive(self, request, offset=0, count=0):
        """Takes the time that the disk needs, and raises its error if it has one."""
        first, sectors = offset // SECTOR, count // SECTOR
        self.note(request, first, sectors)
        with self.changed:
            self.changed.wait_for(lambda: request not in self.hanging)
        time.sleep(self.delay)
        if any(one == request and (sectors == 0 or (begin < first + sectors and first < end)) for one, begin, end in self.bad):
            self.note("error", first, sectors)
            nbdkit.set_error(errno.EIO)
            raise OSError("a bad sector")

    def note(self, what, first, sectors):
        print(what, *([f"{first}+{sectors}"] if sectors else []), file=self.log, flush=True)

    def read(self, offset, count):
        self.arrive("read", offset, count)
        with self.changed:
            return b"".join(self.sector(number) for number in range(offset // SECTOR, (offset + count) // SECTOR))

    def sector(self, number):
        return self.cache.get(number) or self.medium.get(number) or bytes(SECTOR)

    def write(self, offset, data):
        self.arrive("write", offset, len(data))
        with self.changed:
            for at in range(0, len(data), SECTOR):
                self.cache[(offset + at) // SECTOR] = bytes(data[at : at + SECTOR])

    def flush(self):
        self.arrive("flush")
        with self.changed:
            self.medium.update(self.cache)
            self.cache.clear()

    def fail(self, *words):
        request = words[0] if words[0] in EVERYTHING else "write"
        first, count = map(int, words[-1].split("+")) if "+" in words[-1] else (0, self.size // SECTOR)
        self.bad.append((request, first, first + count))

    def hang(self, *requests):
        self.hanging = requests or EVERYTHING

    def release(self):
        self.hanging = ()

    def slow(self, milliseconds):
        self.delay = int(milliseconds) / 1000

    def cut(self):
        self.cache.clear()

    def obey(self, word, *rest):
        command = {"fail": self.fail, "hang": self.hang, "release": self.release, "slow": self.slow, "heal": self.heal, "cut": self.cut}[word]
        with self.changed:
            command(*rest)
            self.changed.notify_all()


class Commands(socketserver.StreamRequestHandler):
    def handle(self):
        disk.obey(*self.rfile.readline().decode().split())
        self.wfile.write(b"done\n")


settings = {}
disk = None


# What nbdkit calls.


def config(key, value):
    settings[key] = value


def thread_model():
    return nbdkit.THREAD_MODEL_PARALLEL


def after_fork():
    global disk
    disk = Disk(int(settings["size"]), builtins.open(settings["log"], "w"))
    server = socketserver.ThreadingUnixStreamServer(settings["commands"], Commands)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def open(readonly):
    return disk


def get_size(handle):
    return disk.size


def pread(handle, buffer, offset, flags):
    buffer[:] = disk.read(offset, len(buffer))


def pwrite(handle, buffer, offset, flags):
    disk.write(offset, buffer)


def flush(handle, flags):
    disk.flush()
