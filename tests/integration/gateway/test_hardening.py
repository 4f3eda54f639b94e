"""What stands between a fault and whoever would use it: how the program is built, and what its unit takes away."""
import os
import pathlib
import shutil
import subprocess

import pytest

from weir_process import WEIR, run

UNIT = pathlib.Path(__file__).parents[3] / "deploy/systemd/weir.service"
EXPOSURE_MAX = 20  # in tenths; systemd calls everything below 20 safe
is_release = pytest.mark.skipif("WEIR_RELEASE" not in os.environ, reason="only the release build is hardened")


def readelf(*words):
    return subprocess.run(["readelf", "--wide", *words, WEIR], capture_output=True, text=True, check=True).stdout


@is_release
def test_the_program_lies_where_nobody_knows():
    assert "Type:                              DYN (Position-Independent Executable file)" in readelf("--file-header")
    assert "PIE" in readelf("--dynamic")


@is_release
def test_relocations_are_done_and_closed_before_main():
    dynamic = readelf("--dynamic")
    assert "BIND_NOW" in dynamic or "(FLAGS_1)            Flags: NOW" in dynamic
    assert "GNU_RELRO" in readelf("--program-headers")


@is_release
def test_no_memory_is_both_written_and_run():
    segments = [line.split() for line in readelf("--program-headers").splitlines()]
    stacks = [fields for fields in segments if fields[:1] == ["GNU_STACK"]]
    assert stacks and all("E" not in fields[6] for fields in stacks), stacks
    loads = [fields for fields in segments if fields[:1] == ["LOAD"]]
    assert loads and not [fields for fields in loads if "W" in "".join(fields[6:-1]) and "E" in "".join(fields[6:-1])]


@is_release
def test_stacks_are_guarded_and_calls_of_the_c_library_checked():
    symbols = readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert "_chk@GLIBC" in symbols.replace("__stack_chk", ""), "nothing was compiled with _FORTIFY_SOURCE"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_unit_takes_away_what_a_gateway_need_not_have():
    told = subprocess.run(["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", UNIT],
                          capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_unit_is_nobodys_and_gets_no_more_rights():
    lines = UNIT.read_text().splitlines()
    for line in ("DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict", "MemoryDenyWriteExecute=yes"):
        assert line in lines


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_admin_port_that_others_reach_is_refused_unless_the_operator_says_so(tmp_path, address):
    config = tmp_path / "weir.toml"
    config.write_text(f'[admin]\naddress = "{address}"\n')
    for command in ("check", "serve"):
        told = run(command, "-c", str(config))
        assert told.returncode == 1
        assert "admin.address" in told.stdout + told.stderr
