"""The recorded incident in examples/checkout needs no server, names no machine, and is told as it happened."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

EXAMPLE = Path(__file__).parents[2] / "examples" / "checkout"
CLOSE = timedelta(seconds=5)
TRUE_NAMES = {
    "impact_start": "first_failed_request", "detected": "detected", "acknowledged": "acknowledged",
    "mitigated": "mitigated", "recovered": "last_failed_request",
}  # fmt: skip


def recorded() -> list[Path]:
    return [path for path in EXAMPLE.rglob("*") if path.is_file() and ".befell" not in path.parts]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    here = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, here / "checkout")
    befell = Path(sys.executable).with_name("befell")
    words = [
        "timeline",
        "--incident-id",
        "INC-2041",
        "--config",
        str(here / "checkout/config.yaml"),
        "--format",
        "json",
    ]
    environment = os.environ | {"XDG_CACHE_HOME": str(here / "cache")}
    done = subprocess.run([befell, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("milestone", "true_name"), TRUE_NAMES.items())
def test_a_milestone_is_within_5_s_of_the_truth(told: dict[str, Any], milestone: str, true_name: str) -> None:
    truth = json.loads((EXAMPLE / "truth.json").read_text())
    found = told["milestones"][milestone]
    assert found is not None
    assert abs(datetime.fromisoformat(found["at"]) - datetime.fromisoformat(truth[true_name])) <= CLOSE


def test_the_bad_release_is_the_first_candidate(told: dict[str, Any]) -> None:
    truth = json.loads((EXAMPLE / "truth.json").read_text())
    cited = [told["evidence"][one]["native_id"] for one in told["trigger_candidates"][0]["evidence"]]
    assert truth["trigger_tag"] in cited


def test_every_record_of_every_source_was_understood(told: dict[str, Any]) -> None:
    assert {name: count["rejected"] for name, count in told["ingest"].items()} == dict.fromkeys(told["ingest"], 0)
    assert told["ingest"]["logs"]["read"] > 40_000
    assert told["notices"] == []  # the quiet time has a whole minute for new log templates to be compared with


def test_75_s_of_quiet_lie_before_the_bad_release() -> None:
    truth = json.loads((EXAMPLE / "truth.json").read_text())
    quiet = datetime.fromisoformat(truth["trigger_at"]) - timedelta(seconds=75)
    for path in (EXAMPLE / "metrics").glob("*.csv"):
        first = path.read_text().splitlines()[1].split(",")[0]
        assert datetime.fromisoformat(first) <= quiet, path.name
    assert len(truth["alerts"]) >= 2 and truth["flapping_alerts"]


def test_no_name_or_path_of_the_recording_machine_is_in_it() -> None:
    for path in recorded():
        data = path.read_bytes()
        if path.suffix == ".zst":
            data = zstandard.ZstdDecompressor().stream_reader(data).read()
        found = re.search(rb"/(?:tmp|work|home|root)/|127\.0\.0\.1|localhost", data)
        assert found is None, f"{path.name}: {found and found[0]!r}"


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in recorded()) < 3_000_000
