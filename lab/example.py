"""Turns a run into an example that needs no server: alerts and metrics become files, logs are packed."""

import csv
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

from connectors.prometheus import PrometheusConnector
from lab import config
from lab.processes import LabError
from lab.records import append
from lab.run import Lab
from lab.truth import Truth
from pipeline.event import Event, Series
from pipeline.http import Http
from pipeline.incident import Window

BEGIN_S = 48  # the second of a minute to begin at: a whole minute of the clock then lies in the quiet time
COPIED = ("pages.jsonl", "status.jsonl", "chat.jsonl", "incidents.json", "truth.json")
ALERT_FIELDS = ("title", "source", "service", "severity", "fingerprint", "labels", "url", "body")


def make(example: Path, *, seed: int = 7, scale: float = 1.0) -> Truth:
    """Run the lab and put what it recorded into `example`; a README there stays as it is."""
    time.sleep((BEGIN_S - time.time()) % 60)
    begun = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="befell-lab-run-") as temporary:
        run = Path(temporary) / "run"
        with Lab(run, scale=scale, seed=seed) as lab:
            found = lab.incident()
            prometheus = _connector(lab.prometheus_url)
            window = Window(begun, datetime.now(UTC) + timedelta(seconds=1))
            events, series = list(prometheus.events(window)), list(prometheus.series(window))
            example.mkdir(parents=True, exist_ok=True)
            for old in ("logs", "metrics"):
                shutil.rmtree(example / old, ignore_errors=True)
            lab.repository.bundle(example / "repo.bundle")
        for name in COPIED:
            shutil.copy(run / name, example / name)
        _pack(run / "logs", example / "logs")
    _write_alerts(example / "alerts.jsonl", [event for event in events if isinstance(event, Event)])
    _write_metrics(example, [one for one in series if isinstance(one, Series)])
    config.write(example / "config.yaml", config.recorded())
    return found


def _connector(url: str) -> PrometheusConnector:
    settings = next(one for one in config.live(url)["connectors"] if one["use"] == "prometheus")
    checked = PrometheusConnector.Settings.model_validate(settings)
    return PrometheusConnector(checked, Http(60, lambda: datetime.now(UTC)))


def _write_alerts(path: Path, events: list[Event]) -> None:
    path.unlink(missing_ok=True)
    for record in _episodes(events):
        append(path, record)


def _episodes(events: list[Event]) -> Iterator[dict[str, Any]]:
    """One record an episode: when it fired, when it ended, and since when its condition held."""
    ends = {(event.fingerprint, event.episode): event.at for event in events if event.moment == "resolved"}
    for event in sorted((event for event in events if event.moment == "fired"), key=lambda event: event.at):
        yield {
            "time": event.at, "kind": "alert", "status": "firing", "id": event.native_id,
            **{name: getattr(event, name) for name in ALERT_FIELDS},
            "labels": dict(event.labels), "active_since": event.active_since, "episode": event.episode,
            "end": ends.get((event.fingerprint, event.episode)),
        }  # fmt: skip


def _write_metrics(example: Path, series: list[Series]) -> None:
    if len(series) != len(config.METRICS):
        raise LabError(f"Prometheus gave {len(series)} metrics, not {len(config.METRICS)}")
    (example / "metrics").mkdir()
    for one in series:
        with (example / config.csv_of(one.name)).open("w", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("time", "value"))
            rows.writerows((f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{value:.6g}") for at, value in one.points)


def _pack(logs: Path, into: Path) -> None:
    """Each file of `logs` as zstd; a rotated set keeps its numbers (checkout.log.1.zst)."""
    into.mkdir()
    packer = zstandard.ZstdCompressor(level=19)
    for path in sorted(logs.iterdir()):
        (into / f"{path.name}.zst").write_bytes(packer.compress(path.read_bytes()))
