"""A feeder of the TCP feed in a process of its own, so that it can be killed: feeder.py connect|listen PORT

Sends the lines of its stdin to the gateway, prints the gateway's lines, and takes what clients publish. Between them it says
{"listening":PORT}, {"opened":n} and {"closed":n}, where n counts the connections.
"""
import json
import socket
import sys
import threading


class Feeder:
    def __init__(self):
        self.lock = threading.Lock()  # of what is sent
        self.changed = threading.Condition()
        self.connection = None

    def serve(self, connection, number):
        """One connection, to its end. With a greeting, so that a feeder that was stopped is missed."""
        self.send(connection, '{"hello":"conform"}\n')
        with self.changed:
            self.connection = connection
            print(json.dumps({"opened": number}), flush=True)
            self.changed.notify()
        try:
            for line in connection.makefile("r", encoding="utf-8"):
                print(line, end="", flush=True)
                message = json.loads(line)
                if "heartbeat" in message:
                    self.send(connection, "\n")
                elif "topic" in message:  # a client has published it
                    self.send(connection, json.dumps({"ack": message["id"]}) + "\n")
        except OSError:
            pass
        with self.changed:
            if self.connection is connection:
                self.connection = None
        print(json.dumps({"closed": number}), flush=True)

    def send(self, connection, line):
        with self.lock:
            connection.sendall(line.encode())

    def pass_on(self):
        """What the driver says, as soon as there is somebody to tell."""
        for line in sys.stdin:
            with self.changed:
                self.changed.wait_for(lambda: self.connection)
                connection = self.connection
            try:
                self.send(connection, line)
            except OSError:
                pass  # the driver is told by {"closed"}


def main():
    feeder, port = Feeder(), int(sys.argv[2])
    threading.Thread(target=feeder.pass_on, daemon=True).start()
    if sys.argv[1] == "connect":
        feeder.serve(socket.create_connection(("127.0.0.1", port)), 1)
        return
    with socket.create_server(("127.0.0.1", port)) as server:
        print(json.dumps({"listening": port}), flush=True)
        number = 0
        while True:
            connection, _ = server.accept()
            number += 1
            threading.Thread(target=feeder.serve, args=(connection, number), daemon=True).start()


if __name__ == "__main__":
    main()
