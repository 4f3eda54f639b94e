"""The suite against sources that do not do what they should: it has to say so."""
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent

BROKEN = """
import sys
sys.path.append({drivers!r})
from feeder_driver import FeederDriver
from tcp_listen import TcpListen


class Broken(TcpListen):
{body}
"""
LOSES = """
    def publish(self, topic, texts):
        super().publish(topic, [text for text in texts if text != "42"])
"""
SWAPS = """
    def publish(self, topic, texts):
        super().publish(topic, texts[::-1])
"""
REPEATS = """
    def publish(self, topic, texts):
        super().publish(topic, texts + texts[-1:])
"""
KEEPS_NOTHING = """
    keeps = True

    def publish(self, topic, texts):
        super().publish(topic, [text for text in texts if text != "51"])
"""
IS_NO_MISTAKE = """
    mistakes = [({"max_connections": 7}, "max_connections")]
"""
SAYS_ANOTHER_KEY = """
    mistakes = [({"max_connections": 0}, "reconnect_max_ms")]
"""
IS_NOT_ASKED = """
    on_demand = {}

    def is_asked(self, gateway, topic):
        return True
"""
ANSWERS_WRONG = """
    def received(self, count):
        return super().received(count)[::-1]
"""
COMES_NOT_BACK = """
    def start(self):
        assert not self.process, "no more"
"""
HOLDS_NOTHING = """
    memory_mib = 0
"""


def run(folder, body, *cases):
    driver = folder / "broken.py"
    driver.write_text(BROKEN.format(drivers=str(HERE / "drivers"), body=body))
    words = [HERE / "run", "--driver", driver, "--weir", os.environ["WEIR_BINARY"], "--folder", folder / "files"]
    for case in cases:
        words += ["--case", case]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "case, body, says",
    [
        ("order", LOSES, "43 came behind 41, and no gap was told"),
        ("order", SWAPS, "and no gap was told"),
        ("order", REPEATS, "100 came behind 100"),
        ("outage_gap", KEEPS_NOTHING, "are missing, which the source has kept"),
        ("config", IS_NO_MISTAKE, "was accepted"),
        ("config", SAYS_ANOTHER_KEY, "does not say 'reconnect_max_ms'"),
        ("on_demand", IS_NOT_ASKED, "it asks before anybody wants it"),
        ("upstream", ANSWERS_WRONG, "AssertionError"),
        ("flood", HOLDS_NOTHING, "the gateway has grown by"),
    ],
    ids=["loses", "swaps", "repeats", "keeps nothing", "no mistake", "another key", "never asked", "wrong answers", "memory"],
)
def test_what_is_wrong_is_told(tmp_path, case, body, says):
    told = run(tmp_path, body, case)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "FAIL" in told.stdout and says in told.stdout, told.stdout
    assert f"--case {case}" in told.stdout, "how to run it again"


def test_a_source_that_does_not_come_back_is_the_end(tmp_path):
    told = run(tmp_path, COMES_NOT_BACK, "order", "outage_gap", "outage_keep", "outage_clear")
    assert told.returncode == 1
    assert "AssertionError: no more" in told.stdout and "the cases behind this one are not run" in told.stdout
    assert "1 passed, 0 skipped, 1 failed" in told.stdout, told.stdout


def test_what_is_left_out_is_told_with_its_reason(tmp_path):
    told = run(tmp_path, "    pass", "gateway_away", "upstream_off")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "skip" in told.stdout and "its source keeps nothing" in told.stdout
    assert "1 passed, 1 skipped, 0 failed" in told.stdout, told.stdout


def test_a_driver_without_a_class_and_a_case_without_a_name_are_told(tmp_path):
    unknown = run(tmp_path, "    pass", "ordre")
    assert unknown.returncode == 1 and "there is no case ordre" in unknown.stderr
    none = subprocess.run([HERE / "run", "--driver", HERE / "drivers" / "feeder.py"], capture_output=True, text=True, check=False)
    assert none.returncode != 0 and "one class derived from Driver is needed, 0 were found" in none.stderr
