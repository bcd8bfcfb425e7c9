"""A real incident, made on this machine, is told as it happened: milestones within 5 s of the truth."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from lab.run import Lab
from lab.truth import Truth

pytestmark = [pytest.mark.real]
CLOSE = timedelta(seconds=5)
RATE_WINDOW = timedelta(seconds=5)  # a rate over [5s] is still above zero 5 s after the last failure
SCRAPE = timedelta(seconds=1)  # and a sample comes once a second


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Truth]]:
    """The lab after the incident, its servers still running."""
    with Lab(tmp_path_factory.mktemp("lab") / "run", scale=0.3) as lab:
        yield lab, lab.incident()


@pytest.fixture(scope="module")
def told(happened: tuple[Lab, Truth]) -> dict[str, Any]:
    """What befell says of it, from the live servers."""
    lab, truth = happened
    befell = Path(sys.executable).with_name("befell")
    words = [
        "timeline",
        "--incident-id",
        truth.incident_id,
        "--config",
        str(lab.out / "config.yaml"),
        "--format",
        "json",
    ]
    done = subprocess.run([befell, *words], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.soak
def test_the_truth_is_one_story(happened: tuple[Lab, Truth]) -> None:
    _, truth = happened
    order = [truth.trigger_at, truth.first_failed_request, truth.detected, truth.acknowledged, truth.restarted]
    assert [*order, truth.mitigated] == sorted([*order, truth.mitigated])
    assert truth.mitigated - CLOSE < truth.last_failed_request < truth.mitigated + CLOSE
    assert 20 < truth.failed_requests < truth.requests / 2
    assert {"CheckoutErrorRateHigh", "CheckoutDbPoolExhausted"} <= set(truth.alerts)
    assert "CheckoutErrorRateHigh" in truth.flapping_alerts
    assert truth.decoy_alert not in truth.alerts


@pytest.mark.soak
def test_prometheus_has_the_alert_history(happened: tuple[Lab, Truth]) -> None:
    """The error alert fired twice: ALERTS_FOR_STATE took two values, the first before the first page."""
    lab, truth = happened
    query = 'ALERTS_FOR_STATE{alertname="CheckoutErrorRateHigh"}[10m]'
    answer = requests.get(f"{lab.prometheus_url}/api/v1/query", params={"query": query}, timeout=5).json()
    (series,) = answer["data"]["result"]
    active_since = sorted({float(value) for _, value in series["values"]})
    assert len(active_since) == 2
    assert active_since[0] < truth.detected.timestamp() < active_since[1]


@pytest.mark.soak
def test_milestones_are_within_5_s_of_the_truth(happened: tuple[Lab, Truth], told: dict[str, Any]) -> None:
    _, truth = happened
    at = {name: found and datetime.fromisoformat(found["at"]) for name, found in told["milestones"].items()}
    assert abs(at["impact_start"] - truth.first_failed_request) <= CLOSE
    assert abs(at["detected"] - truth.detected) <= CLOSE
    assert abs(at["acknowledged"] - truth.acknowledged) <= timedelta(seconds=1)
    assert abs(at["mitigated"] - truth.mitigated) <= CLOSE
    assert -CLOSE <= at["recovered"] - truth.last_failed_request <= CLOSE + RATE_WINDOW + SCRAPE


@pytest.mark.soak
def test_the_bad_release_is_the_first_candidate(happened: tuple[Lab, Truth], told: dict[str, Any]) -> None:
    """The deploy of search came shortly before too, but search is not affected."""
    _, truth = happened
    first = told["trigger_candidates"][0]
    cited = [told["evidence"][one] for one in first["evidence"]]
    assert any(truth.trigger_tag in one["native_id"] for one in cited)


@pytest.mark.soak
def test_every_record_is_accounted_for(told: dict[str, Any]) -> None:
    for name, count in told["ingest"].items():
        assert count["read"] == count["parsed"] + count["rejected"], name
        told_of = count["shown"] + count["outside_window"] + count["merged"] + count["summarised"]
        assert (count["parsed"], count["rejected"]) == (told_of, 0), name


def test_nothing_is_left_behind_when_the_lab_is_interrupted() -> None:
    """Ctrl-C while everything runs: no process and no temporary directory stays."""
    with tempfile.TemporaryDirectory(prefix="lab-test-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        temporary = Path(folder) / "tmp"
        temporary.mkdir(mode=0o755)
        command = [sys.executable, "-m", "lab", "--out", f"{folder}/run", "--scale", "0.1"]
        lab = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(temporary)}, stderr=subprocess.PIPE)
        served = Path(folder) / "run" / "logs" / "search.log"
        deadline = time.monotonic() + 60
        while not (served.exists() and "query answered" in served.read_text()):
            assert lab.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        assert running_in(temporary)
        lab.send_signal(signal.SIGINT)
        lab.communicate(timeout=60)
        assert (list(temporary.iterdir()), running_in(temporary)) == ([], [])


def running_in(folder: Path) -> list[int]:
    """The processes whose working directory lies in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
        except OSError:
            continue
    return found
