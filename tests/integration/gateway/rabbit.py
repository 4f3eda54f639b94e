"""A RabbitMQ of our own: on free loopback ports, in a folder of its own, ended by its process id."""
import glob
import logging
import os
import pathlib
import signal
import subprocess
import time

import pika

from ports import free_ports
from stopping import wait_for_effect

# pika logs each attempt that fails, and here many are meant to
logging.getLogger("pika").setLevel(logging.CRITICAL)
START_S = 120  # it takes eight seconds on a quiet machine


class Rabbit:
    """One node with its own epmd. `kill` and `start` keep its data. With an `authority` it also listens with TLS, shows a
    certificate of it for 127.0.0.1, and wants one of the same from whoever comes."""

    type = "amqp"
    heartbeat_ms = 1000

    def __init__(self, folder, authority=None):
        self.folder = pathlib.Path(folder)
        self.port, self.tls_port, self.epmd_port, distribution_port = free_ports(4)
        for name in ("mnesia", "log"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nloopback_users = none\nlog.console = true\nlog.file = false\n"
            "disk_free_limit.absolute = 50MB\nvm_memory_high_watermark.absolute = 512MB\n"
            + (self._tls_lines(authority) if authority else "")
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"weir{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +S 1:1 +A 8",
        }
        self.log = open(self.folder / "output", "w", encoding="utf-8")
        self.process = None
        # in the foreground, so that it is ours to end; the node would leave one behind
        self.epmd = subprocess.Popen(
            ["epmd", "-address", "127.0.0.1", "-port", str(self.epmd_port)], env=self.environment, stdout=self.log, stderr=self.log
        )
        self.start()

    def _tls_lines(self, authority):
        certificate, key = authority.issue("broker", "IP:127.0.0.1,DNS:broker.test")
        return (
            f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\nssl_options.verify = verify_peer\n"
            f"ssl_options.fail_if_no_peer_cert = true\nssl_options.cacertfile = {authority.ca}\n"
            f"ssl_options.certfile = {certificate}\nssl_options.keyfile = {key}\n"
        )

    @property
    def url(self):
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2f"

    def tls_url(self, host="127.0.0.1"):
        return f"amqps://guest:guest@{host}:{self.tls_port}/%2f"

    def start(self):
        """Returns when it takes connections."""
        program = glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
        assert program, "the package rabbitmq-server is missing"
        # a session of its own: what it starts is ended with it
        self.process = subprocess.Popen(
            [program[0]], env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.connect().close()
                return
            except (pika.exceptions.AMQPError, OSError):
                assert self.process.poll() is None, (self.folder / "output").read_text()[-4000:]
                assert time.monotonic() < deadline, (self.folder / "output").read_text()[-4000:]
                time.sleep(0.1)

    def connect(self, heartbeat=2):
        """A client's connection that is not ours."""
        return pika.BlockingConnection(
            pika.ConnectionParameters(
                "127.0.0.1",
                self.port,
                heartbeat=heartbeat,
                socket_timeout=5,
                stack_timeout=5,
                blocked_connection_timeout=5,
            )
        )

    def signal(self, number):
        """To all that belongs to the node."""
        os.killpg(self.process.pid, number)
        wait_for_effect(self._node(), number)

    def _node(self):
        return int((self.folder / "pid").read_text())

    def kill(self):
        """As a power cut would."""
        os.kill(self._node(), signal.SIGKILL)
        self.process.wait(START_S)  # the script around it waits for its child

    def end(self):
        if self.process.poll() is None:
            self.kill()
        self.epmd.kill()
        self.epmd.wait()
        self.log.close()
