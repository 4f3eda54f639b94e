"""What a scenario is."""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile

from . import servers

RUN_SECONDS_SPARE = 150  # connecting, the waits that the load generator itself bounds


class Scenario:
    """One thing that is measured: its cases, each of which is one run per server and round."""
    seconds = 5  # measured in each run, unless the command line says otherwise
    packages = ()  # sections of deploy/packages.txt besides `build`
    targets = ("bench_load",)  # what is built, besides weir
    program = "bench_load"

    def kinds(self, options, programs):
        """The servers. `programs`: the folder of the bench's own binaries."""
        raise NotImplementedError

    def titles(self):
        """Of the cases."""
        raise NotImplementedError

    @contextlib.contextmanager
    def surroundings(self):
        """What has to be there before the servers are."""
        yield

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        """What the program is told besides --client-port, --feed-port, --server and --preset."""
        raise NotImplementedError

    def measure(self, title, kind, options, cores):
        """One run of one server, on the first of these cores. None when it has failed, which is told."""
        server_core, load_core = cores
        seconds = options.seconds or self.seconds
        with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder, \
                servers.running(kind, server_core, pathlib.Path(folder)) as server, \
                self.arguments(title, kind, server, seconds) as arguments:
            command = [options.programs / self.program, "--client-port", server.client_port,
                       "--feed-port", server.feed_port, "--server", server.pid, *arguments, *kind.load_arguments]
            if kind.preset != "weir":
                command += ["--preset", kind.preset]
            result = run_program(kind, command, load_core, seconds)
            cut_off = servers.cut_off_count(kind, server)
        return result and result | {"cut_off_by_log": cut_off}

    def summary(self, title, result):
        """One line for who waits."""
        raise NotImplementedError

    def render(self, runs, names):
        """The table at the end."""
        raise NotImplementedError

    def missed(self, runs):
        """A sentence for each target that was not met."""
        raise NotImplementedError


def run_program(kind, command, core, seconds):
    """What the load generator prints; None where that is nothing, which is told."""
    run = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, check=False,
                         timeout=3 * seconds + RUN_SECONDS_SPARE,
                         preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    if not run.stdout:
        print(f"  {kind.name}: FAILED, no result", flush=True)
        return None
    return json.loads(run.stdout)
