"""The metrics as Prometheus itself sees them."""
import json
import subprocess
import urllib.parse
import urllib.request

import pytest

from ports import free_port
from weir_process import PATIENCE_S, wait_until


@pytest.fixture
def prometheus(tmp_path):
    """Starts Debian's Prometheus against a target; returns a function that asks for an expression."""
    processes = []

    def start_one(target):
        port = free_port()
        config = tmp_path / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
            f'scrape_configs:\n  - job_name: weir\n    static_configs: [{{targets: ["{target}"]}}]\n'
        )
        with open(tmp_path / "prometheus.log", "w", encoding="utf-8") as log:
            processes.append(
                subprocess.Popen(
                    [
                        "prometheus",
                        f"--config.file={config}",
                        f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                        f"--web.listen-address=127.0.0.1:{port}",
                    ],
                    stdout=log,
                    stderr=log,
                )
            )

        def ask(expression):
            address = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(expression)}"
            try:
                with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
                    return json.load(answer)["data"]["result"]
            except OSError:
                return []  # not up yet

        return ask

    yield start_one
    for process in processes:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_prometheus_scrapes_and_stores_our_series(start, connect, feed_of, prometheus):
    gateway = start(shards=2)
    client = connect(gateway)
    client.subscribe("quotes/#", delivery="all")
    feed_of(gateway).publish("quotes/A", 1, 2, 3)
    client.until(lambda message: message.get("d") == 3)
    ask = prometheus(urllib.parse.urlsplit(gateway.address("admin")).netloc)
    result = wait_until(lambda: ask("weir_session_deliveries_total >= 3"), "a scrape with the deliveries")
    assert result[0]["metric"]["job"] == "weir"
    assert ask('up{job="weir"}')[0]["value"][1] == "1"
    names = {series["metric"]["__name__"] for series in ask('{__name__=~"weir_.+"}')}
    assert len(names) >= 20, names
    assert {"weir_net_connections", "weir_session_delivery_age_seconds_bucket", "weir_build_info"} <= names
    labels = {label for series in ask('{__name__=~"weir_.+"}') for label in series["metric"]}
    assert not labels & {"topic", "user", "ip", "session", "address"}, labels


def test_promtool_has_nothing_to_say(start, connect):
    gateway = start()
    connect(gateway).subscribe("quotes/#")
    exposition = gateway.get("/metrics")
    assert "weir_session_open 1" in exposition
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=exposition, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
