"""What a client does with the deliveries of weir.v1.json: the state of every topic. Source: protocol/native/SPEC.md."""
import json


def change(record, fields):
    for name, value in fields.items():
        if value is None:
            record.pop(name, None)
        else:
            record[name] = value


def apply_patch(value, operations):
    """RFC 6902: add, remove, replace; the others do not come."""
    for operation in operations:
        *path, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]] or [None]
        if last is None:
            value = operation["value"]
            continue
        place = value
        for part in path:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if isinstance(place, dict):
            if operation["op"] == "remove":
                del place[last]
            else:
                place[last] = operation["value"]
        elif operation["op"] == "add":
            place.insert(len(place) if last == "-" else int(last), operation["value"])
        elif operation["op"] == "remove":
            del place[int(last)]
        else:
            place[int(last)] = operation["value"]
    return value


class Topic:
    """The state of one topic. A whole is kept as text until somebody asks, because most are replaced before."""

    def __init__(self):
        self._text, self._state, self._offset = None, None, None

    @property
    def state(self):
        if self._text is not None:
            self._state, self._text = json.loads(self._text)["d"], None
        return self._state

    def take_whole(self, text):
        self._text = text
        self._offset = None

    def take(self, message):
        state = self.state
        if "b" in message and self._offset is not None and message["b"] != self._offset:
            raise RuntimeError(f"a change of offset {message['b']}, but the state is of {self._offset}")
        if "d" in message:
            state = message["d"]
        elif "j" in message:
            state = apply_patch(state, message["j"])
        elif message.get("x") is True:
            state = None
        else:
            state = {} if state is None else state
            change(state, message.get("f", {}))
            for key in message.get("x", []):
                state.pop(key, None)
            for key, fields in message.get("k", {}).items():
                change(state.setdefault(key, {}), fields)
        self._state, self._offset = state, message["o"]


class Fold:
    """Takes messages as they come. `is_whole`: nothing but wholes is expected, so deliveries need not be read."""

    def __init__(self, is_whole):
        self._is_whole = is_whole
        self._topics = {}  # by number
        self._names = {}
        self.deliveries = 0
        self.problems = []

    def take(self, text):
        if not text.startswith('{"t":'):
            self._take_control(json.loads(text))
            return
        self.deliveries += 1
        if self._is_whole:
            self._topics[int(text[5 : text.index(",")])].take_whole(text)
            return
        message = json.loads(text)
        self._topics[message["t"]].take(message)

    def _take_control(self, message):
        if message.get("op") == "topic":
            self._topics[message["t"]] = Topic()
            self._names[message["t"]] = message["topic"]
        elif message.get("op") in ("gap", "error", "goodbye"):
            self.problems.append(message)

    def states(self):
        return {self._names[number]: topic.state for number, topic in self._topics.items()}
