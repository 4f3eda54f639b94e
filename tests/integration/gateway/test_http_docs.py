"""The commands of SPEC.md, as they stand there: each is run, and must print what is told below it."""
import pathlib
import re
import subprocess

from http_client import address_of
from weir_process import PATIENCE_S

PAGE = pathlib.Path(__file__).parents[3] / "protocol/native/SPEC.md"
EXAMPLE = re.compile(r"^```sh\n(?P<command>.*?)^```\n+```(?:json|text)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
VARIES = [(r'"epoch":"[a-z0-9]+"', '"epoch":"E"'), (r'"time":"[^"]+"', '"time":"T"'), (r"\b[a-z0-9]{1,16}:(\d+)", r"E:\1"),
          (r'"t":\d+', '"t":N')]


def plain(text):
    """Without what is another thing each time."""
    for pattern, word in VARIES:
        text = re.sub(pattern, word, text)
    return text.replace("\r", "").strip()


def test_the_examples_do_what_the_page_says(start):
    gateway = start()
    host, port = address_of(gateway)
    examples = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(examples) == 5
    for example in examples:
        command = example["command"].replace("127.0.0.1:8080", f"{host}:{port}")
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert plain(done.stdout) == plain(example["output"]), f"{command}\n{done.stderr}"
