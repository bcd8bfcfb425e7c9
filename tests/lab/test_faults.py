"""The labelled faults are many and each names a service; a role of the lab fails and logs as its control file says."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
import requests

from lab.faults.catalogue import FAULTS, NOISE
from lab.faults.scene import HERE, LOGS
from lab.processes import Processes, free_port


def test_there_are_enough_faults_of_each_kind_and_every_label_is_a_service_with_a_log() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20
    assert {fault.service for fault in FAULTS} == set(LOGS)
    assert {fault.noise for fault in FAULTS} == set(NOISE)
    kinds = Counter(fault.kind for fault in FAULTS)
    assert set(kinds) == {"exception", "slow", "pool", "config", "retries", "restart"}
    assert min(kinds.values()) >= 4


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "control", "status", "logged"),
    [
        ("bank", {}, 200, "answered with 200"),
        ("bank", {"raises": "zero"}, 500, "ZeroDivisionError: division by zero"),
        ("mail", {"workers": 0, "wait_s": 0.01}, 503, "ERROR mail: request 1 refused: 0 of 0 workers busy"),
        ("mail", {"slow_s": 0.02, "slow_log_s": 0.01}, 200, "WARNING mail: slow request 1"),
        ("payment", {"calls": "http://127.0.0.1:9/debits", "attempts": 3}, 502, "attempt 3 of 3 for request 1"),
    ],
)
def test_a_role_fails_as_it_is_told_and_its_log_says_so(
    name: str, control: dict[str, object], status: int, logged: str, tmp_path: Path
) -> None:
    (tmp_path / "control").write_text(json.dumps(control))
    port = free_port()
    with Processes() as processes:
        command = [sys.executable, "-m", "lab.faults.role", "--name", name, "--port", str(port)]
        command += ["--logs", str(tmp_path), "--control", str(tmp_path / "control")]
        processes.start_ready(command, tmp_path / "stderr", HERE)
        assert requests.post(f"http://127.0.0.1:{port}/x", json={"amount": 3}, timeout=5).status_code == status
    assert logged in (tmp_path / f"{name}.log").read_text()
