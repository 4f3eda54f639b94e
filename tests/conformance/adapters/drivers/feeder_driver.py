"""What the two drivers of the TCP feed have in common: the feeder in a process, and what it says."""
import json
import pathlib
import queue
import signal
import subprocess
import sys
import threading

from suite import Driver
from weir_process import PATIENCE_S

HEARTBEAT_MS = 500  # silent for twice as long: gone
FEEDER = pathlib.Path(__file__).with_name("feeder.py")


class FeederDriver(Driver):
    """`launch` it, and wait for what it says."""

    outages = ("kill", "stop")
    can_stop = True
    confirms = True
    upstream = {"upstream": True}

    def __init__(self, folder, table):
        super().__init__(folder, table)
        self.process = None
        self.said = None  # a queue of messages
        self.connection = 0  # the number of the newest one
        self.last_id = 0
        self.from_clients = []

    def launch(self, *words):
        self.kill()
        self.process = subprocess.Popen(
            [sys.executable, "-B", FEEDER, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.said, self.connection = queue.Queue(), 0
        threading.Thread(target=listen, args=(self.process.stdout, self.said), daemon=True).start()

    def wait_for(self, condition):
        """Takes what the feeder says up to the first message that fulfils the condition."""
        while True:
            message = self.said.get(timeout=PATIENCE_S)
            if "opened" in message:
                self.connection = message["opened"]
            elif message.get("closed") == self.connection:
                raise ConnectionError("the gateway has closed the connection")
            elif "topic" in message:
                self.from_clients.append((message["topic"], message["data"]))
            if condition(message):
                return message

    def wait_opened(self):
        """Until there is another connection than before."""
        before = self.connection
        while self.connection == before:
            message = self.said.get(timeout=PATIENCE_S)
            self.connection = message.get("opened", self.connection)

    def send(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines))
        self.process.stdin.flush()

    def publish(self, topic, texts):
        waiting = set(range(self.last_id + 1, self.last_id + 1 + len(texts)))
        self.last_id += len(texts)
        ids = sorted(waiting)
        self.send(*(f'{{"topic":"{topic}","id":{id_},"data":{text}}}' for id_, text in zip(ids, texts)))
        while waiting:
            answer = self.wait_for(lambda message: "ack" in message or "nack" in message)
            assert "ack" in answer, answer
            waiting.discard(answer["ack"])

    def poison(self, topic):
        self.send("nonsense", f'{{"topic":"{topic}","datum":1}}', f'{{"topic":"{topic}/+","data":1}}', '{"data":1}')
        return 4

    def received(self, count):
        while len(self.from_clients) < count:
            self.wait_for(lambda message: "topic" in message)
        return self.from_clients[:count]

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def cont(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.kill()


def listen(lines, said):
    for line in lines:
        said.put(json.loads(line))
