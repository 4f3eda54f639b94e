"""HTTP on the client port: requests, and streams of Server-Sent Events that a test reads when it likes."""
import http.client
import json
import socket
import urllib.parse

from weir_process import PATIENCE_S


def address_of(gateway):
    parts = urllib.parse.urlsplit(gateway.url)
    return parts.hostname, parts.port


class Http:
    """One connection that is kept alive; the answer to each request is (status, JSON or text, headers)."""

    def __init__(self, gateway):
        self.connection = http.client.HTTPConnection(*address_of(gateway), timeout=PATIENCE_S)

    def ask(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        is_json = answer.headers.get("Content-Type") == "application/json"
        return answer.status, json.loads(text) if is_json and text else text, answer.headers

    def publish(self, body, **headers):
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.ask("POST", "/v1/publish", body=text, **{"Content_Type": "application/json", **headers})[:2]

    def read(self, topic, **headers):
        return self.ask("GET", "/v1/topics/" + topic, **headers)[:2]

    def end(self):
        self.connection.close()


class Events:
    """One stream of events, read line by line as the standard says."""

    def __init__(self, gateway, *filters, headers=None, receive_buffer=None, **options):
        query = [("filter", one) for one in filters] + [(name, json_text(value)) for name, value in options.items()]
        host, port = address_of(gateway)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect((host, port))
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        path = "/v1/events?" + urllib.parse.urlencode(query)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{lines}\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().decode().rstrip("\r\n")):
            name, value = line.split(": ", 1)
            self.headers[name.lower()] = value
        self.id = None
        self.retry = None
        self.comments = 0

    def next(self):
        """The data of the next event as JSON; None when the stream has ended before one came."""
        data = []
        while True:
            line = self.file.readline().decode()
            if not line:
                return None
            line = line.rstrip("\n")
            if not line:
                if data:
                    return json.loads("\n".join(data))
            elif line.startswith(":"):
                self.comments += 1
            else:
                name, _, value = line.partition(": ")
                if name == "data":
                    data.append(value)
                elif name == "id":
                    self.id = value
                elif name == "retry":
                    self.retry = int(value)
                else:
                    raise AssertionError(line)

    def until(self, condition):
        """All events up to the first that fulfils the condition."""
        seen = []
        while True:
            event = self.next()
            assert event is not None, f"ended after {seen[-3:]}"
            seen.append(event)
            if condition(event):
                return seen

    def error(self):
        """The body of a refusal."""
        return json.loads(self.file.read())["error"]

    def end(self):
        self.file.close()
        self.socket.close()


def json_text(value):
    return value if isinstance(value, str) else json.dumps(value)
