"""A system log: what is sent to the socket SOCKET is printed, a line each, newlines in it as #012."""
import os
import socket
import sys

log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
while True:
    print(log.recv(65536).decode().rstrip("\0").replace("\n", "#012"), flush=True)
