"""Runs the cases of one driver, and says what has become of each."""
import importlib.util
import inspect
import pathlib
import shlex
import shutil
import sys
import tempfile
import time
import tomllib
import traceback

from . import data_cases, client_cases, outage_cases  # noqa: F401, I001: they fill CASES, in this order
from .case import CASES
from .driver import Driver
from .lab import Lab

LOG_LINES = 25  # of a gateway, where a case has failed


def load_driver(path):
    """The class in that file, which may import what lies beside it."""
    sys.path.append(str(path.parent.resolve()))
    spec = importlib.util.spec_from_file_location(f"driver_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Driver) and each.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise SystemExit(f"{path}: one class derived from Driver is needed, {len(found)} were found")
    return found[0]


def load_table(path):
    """The first [[adapter]] of a configuration."""
    if path is None:
        return {}
    adapters = tomllib.loads(path.read_text()).get("adapter", [])
    if not adapters:
        raise SystemExit(f"{path}: an [[adapter]] is needed")
    table = adapters[0]
    if "path" in table:
        table["path"] = str((path.parent / table["path"]).resolve())  # the gateways have another folder
    return table


class Runner:
    """All that the command line says."""

    def __init__(self, options, program):
        self.options = options
        self.program = program
        self.counts = {"pass": 0, "skip": 0, "FAIL": 0}
        self.folder = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="weir-conformance-"))

    def run(self):
        """Runs what was asked for; gives whether nothing has failed."""
        options = self.options
        began = time.monotonic()
        kind = load_driver(options.driver)
        source = self.folder / "source"
        source.mkdir(parents=True, exist_ok=True)
        driver = kind(source, load_table(options.config))
        print(f"adapter conformance: {options.driver}, {options.weir}", flush=True)
        chosen = [each for each in CASES if not options.case or each.name in options.case]
        try:
            driver.start()
            for each in chosen:
                if not self._run_case(each, driver):
                    print("        the source could not be brought back: the cases behind this one are not run")
                    break
        finally:
            driver.end()
        passed, skipped, failed = self.counts.values()
        print(f"{passed} passed, {skipped} skipped, {failed} failed in {time.monotonic() - began:.0f} s", flush=True)
        if failed:
            print(f"all files are in {self.folder}")
        elif not options.folder:
            shutil.rmtree(self.folder)
        return not failed

    def _run_case(self, case, driver):
        """Gives whether the next one can be run."""
        reason = case.why_not(driver)
        if reason:
            self._tell("skip", None, case, f"left out: {reason}")
            return True
        folder = self.folder / case.name
        folder.mkdir()
        lab = Lab(driver, case.name, folder, self.options.rounds)
        began = time.monotonic()
        try:
            try:
                driver.begin(case.name)
                note = case.run(lab)
            finally:
                lab.end()
        except Exception as fault:  # whatever is wrong with an adapter, the next case is run
            self._tell("FAIL", time.monotonic() - began, case, case.title)
            self._explain(case, fault, lab)
            return not lab.is_source_lost
        self._tell("pass", time.monotonic() - began, case, case.title + (f" ({note})" if note else ""))
        return True

    def _tell(self, result, seconds, case, text):
        self.counts[result] += 1
        time_text = "" if seconds is None else f"{seconds:.1f} s"
        print(f"  {result}  {time_text:>7}  {case.name:<21} {text}", flush=True)

    def _explain(self, case, fault, lab):
        lines = traceback.format_exception(fault)
        print("".join(f"        {line}\n" for line in "".join(lines).splitlines()[-12:]), end="")
        for gateway in lab.gateways:
            print(f"        the end of {gateway.log_file}:")
            print("".join(f"          {line}\n" for line in gateway.log().splitlines()[-LOG_LINES:]), end="")
        words = [self.program, "--driver", self.options.driver, "--case", case.name, "--weir", self.options.weir]
        if self.options.config:
            words += ["--config", self.options.config]
        print(f"        again: {shlex.join(map(str, words))}", flush=True)
