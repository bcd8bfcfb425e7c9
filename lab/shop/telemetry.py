"""What a service says about itself: log files and the Prometheus text exposition."""

import logging
import logging.handlers
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
ROOT = Path(__file__).resolve().parent.parent
PLACES = {str(ROOT): "/srv/shop", sys.prefix: "/srv/venv", sys.base_prefix: "/usr"}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def open_log(path: Path) -> logging.Logger:
    """A logger of bare lines; the file is reopened after a rotation has moved it away."""
    log = logging.getLogger(path.name)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.handlers.WatchedFileHandler(path))
    return log


def logfmt(**fields: object) -> str:
    """`key=value` pairs; a value with a space, a quote or an equals sign is quoted."""

    def value(raw: object) -> str:
        text = f"{raw:.3f}" if isinstance(raw, float) else str(raw)
        return '"' + text.replace('"', '\\"') + '"' if not text or set(text) & set(' "=') else text

    return " ".join(f"{key}={value(raw)}" for key, raw in fields.items())


def stack(problem: BaseException) -> str:
    """The traceback as its lines, with paths as they are on a shop host (/srv/shop), not on this machine."""
    text = "".join(traceback.format_exception(problem)).rstrip()
    for here, there in PLACES.items():
        text = text.replace(here, there)
    return text


class Metrics:
    """Request counts by status and a latency histogram; `text()` is the Prometheus exposition format."""

    def __init__(self, version: str, statuses: tuple[int, ...]) -> None:
        self.version = version
        self.started = time.time()
        self._lock = threading.Lock()
        self._requests = dict.fromkeys(statuses, 0)
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def observe(self, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[status] = self._requests.get(status, 0) + 1
            self._buckets[sum(bound < seconds for bound in BUCKETS)] += 1
            self._seconds += seconds

    def text(self, gauges: dict[str, float]) -> str:
        with self._lock:
            requests, buckets, seconds = dict(self._requests), list(self._buckets), self._seconds
        lines = ["# TYPE http_requests_total counter"]
        lines += [f'http_requests_total{{status="{status}"}} {count}' for status, count in sorted(requests.items())]
        lines.append("# TYPE http_request_duration_seconds histogram")
        total = 0
        for bound, count in zip((*BUCKETS, "+Inf"), buckets, strict=True):
            total += count
            lines.append(f'http_request_duration_seconds_bucket{{le="{bound}"}} {total}')
        lines += [f"http_request_duration_seconds_sum {seconds:.6f}", f"http_request_duration_seconds_count {total}"]
        for name, value in gauges.items():
            lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
        lines += ["# TYPE build_info gauge", f'build_info{{version="{self.version}"}} 1']
        return "\n".join(lines) + "\n"
