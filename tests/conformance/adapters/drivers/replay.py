"""A recorded feed: adapters/replay. All that it publishes is in the file before the gateway starts."""
from suite import Driver

LINES_PER_MS = 10


class Replay(Driver):
    publishes = "before"
    mistakes = [
        ({"fiel": "x"}, "did you mean 'file'"),
        ({"file": None}, "file"),
        ({"file": "/nowhere/recording.ndjson"}, "/nowhere/recording.ndjson"),
        ({"speed": -1}, "speed"),
    ]

    def begin(self, case_name):
        self.file = self.folder / f"{case_name}.ndjson"
        self.file.touch()
        self.lines = 0

    def config(self):
        return {"type": "replay", "file": str(self.file)}

    def publish(self, topic, texts):
        self._write(f'"topic":"{topic}","data":{text}}}' for text in texts)

    def poison(self, topic):
        self._write([f'"topic":"{topic}"', f'"topic":"{topic}//","data":1}}', f'"topic":"{topic}","datum":1}}'])
        return 3

    def _write(self, rests):
        with open(self.file, "a", encoding="utf-8") as file:
            for rest in rests:
                file.write(f'{{"at_ms":{self.lines // LINES_PER_MS},{rest}\n')
                self.lines += 1
