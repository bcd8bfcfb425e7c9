"""What really happened, as the parts themselves recorded it: what a reconstruction is held against."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lab.pager import Page
from lab.processes import LabError

COMPLETED = re.compile(r'^ts=(\S+) .* msg="request completed" status=(\d{3}) ')


@dataclass(frozen=True, kw_only=True)
class Truth:
    """`*_failed_request`: as checkout logged it. `detected`: receipt of the first page of the incident."""

    incident_id: str
    seed: int
    first_failed_request: datetime
    last_failed_request: datetime
    failed_requests: int
    requests: int
    detected: datetime
    acknowledged: datetime
    restarted: datetime
    mitigated: datetime
    trigger_tag: str
    trigger_at: datetime
    rollback_tag: str
    alerts: tuple[str, ...]
    flapping_alerts: tuple[str, ...]
    decoy_deploy_tag: str
    decoy_alert: str
    log_lines: int


def requests(logs: Path) -> list[tuple[datetime, int]]:
    """(time, status) of every request that checkout.log and its rotated files have as completed, by time."""
    found = []
    for path in logs.glob("checkout.log*"):
        with path.open() as lines:
            matches = (COMPLETED.match(line) for line in lines)
            found += [(datetime.fromisoformat(match[1]), int(match[2])) for match in matches if match]
    return sorted(found)


def failures(logs: Path) -> list[datetime]:
    found = [at for at, status in requests(logs) if status >= 500]
    if not found:
        raise LabError("checkout logged no failed request")
    return found


def count_lines(logs: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in logs.iterdir())


def flapping(pages: list[Page]) -> tuple[str, ...]:
    """The alerts that fired in more than one episode."""
    episodes = Counter(alert for alert, _ in {(page.alert, page.id) for page in pages})
    return tuple(sorted(alert for alert, count in episodes.items() if count > 1))
