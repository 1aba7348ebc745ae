"""Put on PYTHONPATH as `sitecustomize`: writes down whom this process talks to.

Every Python process of a run appends `event address` to the file named by CONNECTIONS, and is
refused what leads off this machine.
"""

import os
import sys

ON_THIS_MACHINE = ("127.0.0.1", "::1", "localhost", None)
EVENTS = ("socket.connect", "socket.getaddrinfo")


def record(event, arguments):
    address = arguments[1] if event == "socket.connect" else arguments
    if event in EVENTS and isinstance(address, tuple):  # no path of a local socket
        host = address[0].decode() if isinstance(address[0], bytes) else address[0]
        with open(os.environ["CONNECTIONS"], "a") as file:
            file.write(f"{event} {host}\n")
        if host not in ON_THIS_MACHINE:
            raise PermissionError(f"{event} {host}")


sys.addaudithook(record)
