"""Checks what one subscriber gets of topics whose data counts 1, 2, 3 ..."""


class Follower:
    """Takes the messages of one client. With `all` every number comes in order, or inside a gap that says exactly how
    many were lost; with `latest` numbers only grow."""

    def __init__(self, client, delivery):
        self.client = client
        self.delivery = delivery
        self.topics = {}  # number -> (name, epoch)
        self.last = {}  # name -> the number that was seen last, or told to be lost
        self.positions = {}  # name -> what to resume from
        self.count = 0
        self.lost = 0

    def take(self):
        """Takes what the client has received so far."""
        while self.client.messages:
            self.on(self.client.messages.popleft())

    def on(self, message):
        if message.get("op") == "topic":
            name = message["topic"]
            self.topics[message["t"]] = (name, message["epoch"])
            self.last.setdefault(name, 0)
            self.positions[name] = {"epoch": message["epoch"], "offset": message["o"]}
        elif message.get("op") == "gap":
            self.on_gap(message)
        elif "t" in message and "d" in message:
            self.on_delivery(message)

    def on_gap(self, gap):
        name, epoch = self.topics[gap["t"]]
        assert self.delivery == "all", gap
        assert gap["from"] == self.positions[name]["offset"] and gap["to"] > gap["from"], gap
        assert gap["cause"] in ("overflow", "truncated"), gap
        self.last[name] += gap["lost"]
        self.lost += gap["lost"]
        self.positions[name] = {"epoch": epoch, "offset": gap["to"]}

    def on_delivery(self, message):
        name, epoch = self.topics[message["t"]]
        number = message["d"] if isinstance(message["d"], int) else message["d"]["n"]
        if self.delivery == "all":
            assert number == self.last[name] + 1, (name, number, self.last[name])
            assert message.get("p", message["o"] - 1) == self.positions[name]["offset"], message
        assert number > self.last[name] or (message.get("s") and number == self.last[name]), (name, number)
        assert message["o"] > self.positions[name]["offset"] or message.get("s"), message
        self.last[name] = number
        self.positions[name] = {"epoch": epoch, "offset": message["o"]}
        self.count += 1
