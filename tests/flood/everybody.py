"""1,000 hosts ask 1,000 exports at once: how long the next READ waits, and when all have their answers."""

import json
import subprocess
import time

import lab
from servers import Ours

HOSTS = EXPORTS = 1000
PATIENCE = 20


def received(interface="eth0"):
    """Frames that came to the clients' side."""
    path = f"/sys/class/net/{interface}/statistics/rx_packets"
    return int(lab.run(["ip", "netns", "exec", lab.CLIENT_NS, "cat", path]))


def ask_all(options, flood):
    with lab.Backing(options.backing, 64) as backing:
        backing.settle(True)
        server = Ours(exports=EXPORTS, sync=options.sync)
        try:
            server.start(backing)
            load = [lab.TOOLS / "aoe-load", "run", "--target", "1.0", "--depth", 1, "--sectors", 128, "--spin", 0]
            subprocess.run(lab.on_client([*load, "--seconds", 0.2, "--wait", 30]), check=True, capture_output=True)
            reader = subprocess.Popen(lab.on_client([*load, "--warm-up", 0, "--seconds", 10]), stdout=subprocess.PIPE,
                                      text=True, **lab.APART)
            time.sleep(0.2)
            begin, before = time.monotonic(), received()
            subprocess.run(lab.on_client([flood, "--kind", "config", "--target", "all", "--sources", HOSTS,
                                          "--frames", HOSTS, "--rate", 1e6, "--server", "ff:ff:ff:ff:ff:ff",
                                          "--honest", lab.mac_of(lab.CLIENT_NS)]), check=True, capture_output=True)
            sample = json.loads(reader.communicate(timeout=60)[0])
            answers = received() - before - sample["reads"]
            while answers < HOSTS * EXPORTS and time.monotonic() - begin < PATIENCE:
                time.sleep(0.1)
                answers = received() - before - sample["reads"]
            seconds = time.monotonic() - begin
        finally:
            server.stop()
    return {"longest_us": sample["max_us"], "answers": answers, "wanted": HOSTS * EXPORTS, "seconds": seconds}
