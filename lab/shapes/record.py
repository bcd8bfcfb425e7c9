"""Runs one shape, or all, and keeps what befell collected of it and what is true of it."""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lab import config
from lab.processes import LabError
from lab.records import save
from lab.shapes import SHAPES
from lab.shapes.shape import Shape, Told
from lab.shapes.stage import Stage

MORE_METRICS: tuple[dict[str, Any], ...] = (
    {
        "name": "age of the oldest mail", "unit": "s", "objective": 5,
        "query": 'max by (service) (mail_oldest_seconds{service="checkout"})',
    },
    {
        "name": "mails waiting", "unit": "mails",
        "query": 'max by (service) (mail_queue_depth{service="checkout"})',
    },
    {
        "name": "instances up", "unit": "instances", "bad": "down", "objective": 1,
        "query": 'sum by (service) (up{service="checkout"})',
    },
)  # fmt: skip
RECORDS = {"pages": "pages.jsonl", "status": "status.jsonl", "chat": "chat.jsonl", "changes": "changes.jsonl"}
AT_ONCE = timedelta(seconds=2)
WITHIN_S = 10  # how near an answer should be, on runs that take two minutes


def run(shape: Shape, seed: int, out: Path, case: Path) -> dict[str, Any]:
    """Play the shape into `out`; snapshot.jsonl.gz and gold.json of it in `case`. The gold."""
    if out.exists() and any(out.iterdir()):
        raise LabError(f"{out} is not empty")
    with Stage(shape, out, seed) as stage:
        told = shape.play(stage)
        gold = _gold(stage, told)
        _incident(stage, seed)
        config.write(out / "config.yaml", _configuration(stage))
        _collect(out, _name(shape, seed), case / "snapshot.jsonl.gz")
    gold["same"] = same(case / "snapshot.jsonl.gz")
    save(case / "gold.json", gold)
    return gold


def record_all(cases: Path, only: str | None = None) -> Iterator[str]:
    """Record every case that is not there yet; the name of each, as it is done."""
    for shape, seed in wanted(only):
        case = cases / _name(shape, seed)
        if (case / "gold.json").exists():
            continue
        with tempfile.TemporaryDirectory(prefix="befell-lab-run-") as temporary:
            Path(temporary).chmod(0o755)
            run(shape, seed, Path(temporary) / "run", case)
        yield case.name


def wanted(only: str | None = None) -> list[tuple[Shape, int]]:
    return [(shape, seed) for shape in SHAPES.values() for seed in shape.seeds if only in (None, shape.name)]


def _name(shape: Shape, seed: int) -> str:
    return f"{shape.name}-{seed}"


def _gold(stage: Stage, told: Told) -> dict[str, Any]:
    failures = sorted(told.failures if told.failures is not None else stage.load.failures())
    if not failures:
        raise LabError(f"{stage.shape.name}: nobody was hurt")
    stones = {
        "impact_start": failures[0], "detected": told.detected, "mitigated": told.mitigated,
        "recovered": max(failures[-1], told.mitigated or failures[-1]),
    }  # fmt: skip
    known = [at for at in (told.trigger, failures[0], told.mitigated) if at]
    healed = told.mitigated and failures[-1] < told.mitigated - AT_ONCE  # it was over before anybody did anything
    if known != sorted(known) or told.detected > failures[-1] or healed:
        raise LabError(f"{stage.shape.name}: the truth is out of order: {stones}")
    return {
        "org": "lab",
        "milestones": stones,
        "alternates": {name: list(times) for name, times in told.alternates.items()},
        "trigger": {"time": told.trigger} if told.trigger and _visible(stage.shape, told.key[:1]) else None,
        "key_events": _visible(stage.shape, _key_events(stage, told)),
        "decoys": _visible(stage.shape, _decoys(stage)),
        "within_s": WITHIN_S,
        "failures": len(failures),
        "evidence": sorted(stage.shape.evidence),
        "notes": stage.shape.notes,
    }


def _key_events(stage: Stage, told: Told) -> tuple[str, ...]:
    """What the play names, every page of checkout, and the first and the last status post."""
    pages = (page.id for page in stage.pager.of("checkout", "firing"))
    return tuple(dict.fromkeys((*told.key, *pages, "S-1", f"S-{stage.people.posts}")))


def _decoys(stage: Stage) -> tuple[str, ...]:
    """Pages and deploys of search while it had an incident of its own."""
    pages = (page.id for page in stage.pager.of("search", "firing"))
    return (*pages, *stage.other_deploys)


def same(kept: Path) -> list[list[str]]:
    """The native ids of each alert, by name and service: the pager has it from Alertmanager, that from Prometheus."""
    found: dict[tuple[str, str], set[str]] = {}
    with gzip.open(kept, "rt") as lines:
        records = [record["event"] for record in map(json.loads, lines) if "event" in record]
    for record in records:
        if record["kind"] in ("alert", "page"):
            key = record["labels"]["alertname"], record["labels"]["service"]
            found.setdefault(key, set()).add(record["native_id"])
    return sorted(sorted(ids) for ids in found.values())


def _visible(shape: Shape, ids: Iterable[str]) -> list[str]:
    return [one for one in ids if shape.shows(one)]


def _incident(stage: Stage, seed: int) -> None:
    shape = stage.shape
    save(stage.out / "incidents.json", [{
        "id": _name(shape, seed), "title": shape.title, "services": ["checkout"], "severity": shape.severity,
        "opened_at": stage.opened, "resolved_at": stage.resolved,
    }])  # fmt: skip


def _configuration(stage: Stage) -> dict[str, Any]:
    """As the example's, with the evidence that this shape has."""
    shape, whole = stage.shape, config.live(stage.prometheus_url)
    metrics = [
        {"service": "checkout", "bad": "up", "step": 1} | metric
        for metric in (*config.METRICS, *MORE_METRICS)
        if metric["name"] in shape.metrics and "metrics" in shape.evidence
    ]
    events = [name for kind, name in RECORDS.items() if kind in shape.evidence and (stage.out / name).exists()]
    parts = {part["name"]: part for part in whole["connectors"]}
    parts["events"]["events"] = events
    parts["prometheus"] |= {"metrics": metrics, "alerts": "alerts" in shape.evidence}
    if (stage.out / "logs" / "supervisor.log").exists():
        parts["logs"]["logs"].append({"path": "logs/supervisor.log", "service": "checkout"})
    kinds = {"logs": "logs", "deploys": "git"}
    kept = [part for name, part in parts.items() if name not in kinds or kinds[name] in shape.evidence]
    assert stage.opened
    before = (stage.opened - stage.begun).total_seconds()
    return whole | {"connectors": kept, "window": {"before": f"{before:.0f}s", "after": "5s"}}


def _collect(out: Path, incident: str, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    befell = str(Path(sys.executable).with_name("befell"))
    words = [befell, "collect", "--incident-id", incident, "--config", str(out / "config.yaml"), "--output", str(to)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        shutil.rmtree(to.parent)
        raise LabError(f"befell collect: {done.stderr}")


def seconds(gold: dict[str, Any]) -> str:
    """The milestones on one line, in seconds from impact start."""
    text = json.loads(json.dumps(gold["milestones"], default=lambda at: at.astimezone(UTC).isoformat()))
    at = {name: datetime.fromisoformat(value) for name, value in text.items() if value}
    return ", ".join(f"{name} {(when - at['impact_start']).total_seconds():+.1f} s" for name, when in at.items())
