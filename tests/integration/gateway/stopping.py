"""Signals that have been acted on."""
import pathlib
import signal

from weir_process import wait_until


def wait_for_effect(pid, number):
    """After a signal was sent: on a busy machine threads go on for a while after a SIGSTOP."""
    if number == signal.SIGSTOP:
        wait_until(lambda: has_stopped(pid), "no thread of it runs")


def has_stopped(pid):
    try:
        tasks = [task.read_text() for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    except FileNotFoundError:
        return False  # a thread has ended meanwhile
    return all(task.rsplit(")", 1)[1].split()[0] == "T" for task in tasks)
