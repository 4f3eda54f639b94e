"""Loopback ports for what is started on a port that it is told, perhaps more than once."""
import contextlib
import pathlib
import random
import socket


def free_ports(count):
    """So many that nobody has just now, below those that the kernel gives to connections: what ends and starts again
    must not find its port taken by somebody's outgoing one."""
    first_given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with contextlib.ExitStack() as taken:
        ports = []
        while len(ports) < count:
            port = random.randrange(first_given // 2, first_given)
            found = taken.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                found.bind(("127.0.0.1", port))
                ports.append(port)
        return ports


def free_port():
    return free_ports(1)[0]
