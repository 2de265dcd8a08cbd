"""The servers that are measured. Each is started fresh for every sample, alone on the cable."""

import json
import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path

import lab

SLOTS = 255  # of a shelf: 0..254


class Server:
    """One server, from start() to stop(). `pids` are its processes, for their CPU time and memory."""

    name = ""
    protocol = "aoe"
    is_limit = False  # shows what can be had at all; it is no peer

    def __init__(self):
        self.processes = []
        self.log = None

    @property
    def pids(self):
        """With their children: ours serves in one."""
        return [pid for one in self.processes for pid in (one.pid, *lab.children(one.pid))]

    def spawn(self, argv):
        self.log = self.log or tempfile.TemporaryFile("w+")
        self.processes.append(subprocess.Popen(lab.on_server(argv), stdout=self.log, stderr=self.log,
                                               **lab.APART))

    def start(self, backing):
        raise NotImplementedError

    def ready(self):
        """Waits until it can be loaded; aoe-load waits by itself."""
        port = {"nbd": "10809", "iscsi": "3260"}.get(self.protocol)
        if port:
            lab.wait_until(lambda: port in subprocess.run(lab.on_server(["ss", "-Htln"]), capture_output=True,
                                                          text=True).stdout, 10, f"{self.name} did not listen")

    def check(self):
        for one in self.processes:
            if one.poll() is not None:
                self.log.seek(0)
                raise RuntimeError(f"{self.name} ended by itself: {self.log.read().strip()}")

    def stop(self):
        for one in self.processes:
            one.terminate()
        for one in self.processes:
            try:
                one.wait(5)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self.processes = []
        self.log = None


class Ours(Server):
    """Our vblade. `exports` slices of the backing, `settings` as in vblade.yaml."""

    def __init__(self, name="ours", exports=1, **settings):
        super().__init__()
        self.name, self.exports, self.settings = name, exports, settings

    def start(self, backing):
        file = lab.WORK / "vblade.yaml"
        file.write_text("\n".join(self.lines(backing)) + "\n")
        self.spawn([lab.VBLADE, "--config", file, "--socket", lab.WORK / "socket", "--state", lab.WORK / "state"])

    def lines(self, backing):
        lines = ["interfaces: [eth0]"]
        lines += [f"{key.replace('_', '-')}: {value}" for key, value in self.settings.items()]
        lines.append("exports:")
        part = backing.mib * lab.MIB // self.exports // 4096 * 4096
        for i in range(self.exports):
            lines.append(f"  - {{shelf: {1 + i // SLOTS}, slot: {i % SLOTS}, path: {backing.path}")
            if self.exports > 1:
                lines[-1] += f", offset: {i * part}B, length: {part}B"
            lines[-1] += "}"
        return lines


class BesideHanging(Ours):
    """Ours with one export more, whose disk never answers, and a client that keeps asking for it. That disk is a file
    which nbdfuse makes of an nbdkit that takes an hour for everything."""

    def __init__(self, name, **settings):
        super().__init__(name, **settings)
        self.disk = self.client = None

    def start(self, backing):
        file = lab.WORK / "hanging.img"
        file.touch()
        self.disk = subprocess.Popen(
            ["nbdfuse", file, "--command", "nbdkit", "--single", "--exit-with-parent", "--filter=delay", "memory", "64M",
             "rdelay=3600", "wdelay=3600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lab.wait_until(lambda: file.stat().st_size > 0, 10, "nbdfuse did not show its file")
        super().start(backing)
        self.client = subprocess.Popen(
            lab.on_client([lab.TOOLS / "aoe-load", "run", "--target", "4094.0", "--depth", 64, "--sectors", 131072,
                           "--seconds", 3600]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def lines(self, backing):
        return [*super().lines(backing), f"  - {{shelf: 4094, slot: 0, path: {lab.WORK / 'hanging.img'}}}"]

    def check(self):
        super().check()
        if self.client.poll() is not None:
            raise RuntimeError("nobody asks for the disk that hangs")

    def stop(self):
        if self.client:
            self.client.terminate()
            self.client.wait()
        if self.disk:
            # It would first wait for its answers; and whoever closes a file of such a file system, too.
            self.disk.kill()
            self.disk.wait()
            subprocess.run(["umount", "--lazy", lab.WORK / "hanging.img"], check=False, capture_output=True)
        super().stop()


class Classic(Server):
    """Debian's vblade: one process an export."""

    def __init__(self, name="vblade", options=(), exports=1):
        super().__init__()
        self.name, self.options, self.exports = name, options, exports

    def start(self, backing):
        part = backing.sectors // self.exports
        for i in range(self.exports):
            slice_ = ["-o", i * part, "-l", part] if self.exports > 1 else []
            self.spawn(["/usr/sbin/vblade", *self.options, *slice_, 1 + i // SLOTS, i % SLOTS, "eth0", backing.path])


class Null(Server):
    """Answers without a disk: the limit that link and load set."""

    is_limit = True

    def __init__(self, name="null", spin_us=0):
        super().__init__()
        self.name, self.spin_us = name, spin_us

    def start(self, backing):
        self.spawn([lab.TOOLS / "null-responder", "eth0", 1, self.spin_us])


class Disk(Server):
    """No server at all: fio on what is exported, on the server's core; the limit that the disk sets. `words` say how."""

    protocol = "disk"
    is_limit = True

    def __init__(self, *words):
        super().__init__()
        self.name, self.words = "the disk itself", words

    def start(self, backing):
        pass


class NbdServer(Server):
    """It forks for each client unless it debugs, and then it ends with the first; so it runs as a daemon."""

    name, protocol = "nbd-server", "nbd"
    daemon = None

    @property
    def pids(self):
        return [self.daemon] if self.daemon else []

    def start(self, backing):
        file, pid_file = lab.WORK / "nbd.conf", lab.WORK / "nbd.pid"
        file.write_text(f"[generic]\nlistenaddr = 10.9.0.1\nallowlist = true\n[disk]\nexportname = {backing.path}\n")
        pid_file.unlink(missing_ok=True)
        subprocess.run(lab.on_server(["nbd-server", "-C", file, "-p", pid_file]), check=True, capture_output=True,
                       **lab.APART)
        lab.wait_until(lambda: pid_file.exists() and pid_file.read_text().strip(), 10, "nbd-server did not start")
        self.daemon = int(pid_file.read_text())
        lab.prefer(self.daemon)

    def stop(self):
        if self.daemon:
            os.kill(self.daemon, signal.SIGTERM)
            lab.wait_until(lambda: not os.path.exists(f"/proc/{self.daemon}"), 10, "nbd-server did not end")
        self.daemon = None


class Nbdkit(Server):
    name, protocol = "nbdkit", "nbd"

    def start(self, backing):
        self.spawn(["nbdkit", "--foreground", "--ipaddr", "10.9.0.1", "--exit-with-parent", "file", backing.path])


class Tgt(Server):
    name, protocol = "tgt", "iscsi"
    TARGET = "iqn.2026-11.bench:disk"

    def start(self, backing):
        self.spawn(["tgtd", "--foreground", "--iscsi", "portal=10.9.0.1:3260"])

        def admin(*words):
            return subprocess.run(lab.on_server(["tgtadm", "--lld", "iscsi", *words]), capture_output=True).returncode == 0

        lab.wait_until(lambda: admin("--mode", "target", "--op", "new", "--tid", "1", "--targetname", self.TARGET), 10,
                       "tgtd did not take a target")
        admin("--mode", "logicalunit", "--op", "new", "--tid", "1", "--lun", "1", "--backing-store", backing.path)
        admin("--mode", "target", "--op", "bind", "--tid", "1", "--initiator-address", "ALL")


def load(server, backing, what, mtu, seconds, warm_up, verify=False, seed=1):
    """Loads a running server and returns one sample."""
    if server.protocol == "aoe":
        return load_aoe(server, backing, what, seconds, warm_up, verify, seed)
    if server.protocol == "iscsi":
        return load_iscsi(what, seconds)
    if server.protocol == "disk":
        return load_by_fio(lab.on_server, ["--ioengine=io_uring", f"--filename={backing.path}", *server.words], backing,
                           what, what.sectors, seconds, warm_up)
    return load_by_fio(lab.on_client, ["--ioengine=nbd", "--uri=nbd://10.9.0.1/disk"], backing, what,
                       what.ip_sectors or what.sectors, seconds, warm_up)


def output_of(argv, seconds, place=lab.on_client):
    done = subprocess.run(place(argv), capture_output=True, text=True, timeout=seconds + 60, **lab.APART)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def load_aoe(server, backing, what, seconds, warm_up, verify, seed):
    exports = getattr(server, "exports", 1)
    argv = [lab.TOOLS / "aoe-load", "run", "--target", "1.0", "--depth", what.depth, "--per-frame", what.sectors,
            "--sectors", backing.mib * lab.MIB // exports // 4096 * 8, "--exports", exports if what.spread else 1,
            "--write-percent", what.write_percent, "--seconds", seconds, "--warm-up", warm_up, "--seed", seed]
    argv += ["--sequential"] if what.sequential else []
    argv += ["--verify"] if verify else []
    return json.loads(output_of(argv, seconds))


def load_by_fio(place, words, backing, what, sectors, seconds, warm_up):
    kind = ("" if what.sequential else "rand") + ("write" if what.write_percent else "read")
    out = output_of(
        ["fio", "--thread", "--name=load", *words, f"--rw={kind}", f"--bs={sectors * 512}", f"--iodepth={what.depth}",
         f"--size={backing.mib}m", "--time_based", f"--runtime={round(seconds * 1000)}ms",
         f"--ramp_time={round(warm_up * 1000)}ms", "--output-format=json", "--percentile_list=50:99:99.9"], seconds, place)
    job = json.loads(out[out.index("{"):])["jobs"][0]["write" if what.write_percent else "read"]
    times = job["clat_ns"].get("percentile", {})
    return {"iops": job["iops"], "bytes_per_second": job["bw_bytes"], "bytes": job["io_bytes"],
            "seconds": job["runtime"] / 1000, "errors": 0, "mismatches": 0, "retransmissions": 0,
            "p50_us": times.get("50.000000", 0) / 1000, "p99_us": times.get("99.000000", 0) / 1000}


def load_iscsi(what, seconds):
    # iscsi-perf counts whole seconds and prints a line for each.
    seconds = max(2, round(seconds))
    out = output_of(["timeout", seconds + 20, "iscsi-perf", "-m", what.depth, "-b", what.sectors, "-t", seconds,
                     *([] if what.sequential else ["-r"]), f"iscsi://10.9.0.1/{Tgt.TARGET}/1"], seconds)
    iops = float(re.findall(r"iops average\s+(\d+)", out)[-1])
    return {"iops": iops, "bytes_per_second": iops * what.sectors * 512, "bytes": iops * what.sectors * 512 * seconds,
            "seconds": seconds, "errors": 0, "mismatches": 0, "retransmissions": 0, "p50_us": 0, "p99_us": 0}
