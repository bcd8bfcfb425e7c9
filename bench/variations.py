"""Write bench/incidents/merging: incidents in which one thing is told by several sources, each in its own way.

What varies: clock skew up to 90 s, label names, case and separators, missing fingerprints, time zones, flapping, posts
of bots. What must stay apart is mixed in: one alert name on two services, people who mention an alert, versions that
follow each other, the same words hours later. The gold says which records tell of one thing: the generator knows.
"""

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "incidents" / "merging"
CASES = 24
DAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
ALERTS = (
    "HighErrorRate", "LatencyBudgetBurn", "PoolExhausted", "QueueBacklogGrowing", "DiskAlmostFull", "ReplicaLagging",
    "CertificateExpiring", "PodCrashLooping", "CacheEvictionsHigh", "SyntheticCheckFailing",
)  # fmt: skip
SERVICES = ("checkout", "search-api", "billing_worker", "auth", "media.proxy", "recommendations")
ZONES = (UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30)))


@dataclass
class Story:
    """The events of one case as they are written down, and the groups that tell of one thing."""

    chance: random.Random
    events: list[dict[str, Any]] = field(default_factory=list)
    same: list[list[str]] = field(default_factory=list)

    def tell(self, at: datetime, source: str, group: list[str], **event: Any) -> None:
        name = f"n{len(self.events)}"
        skew = timedelta(seconds=self.chance.uniform(-45, 45) if source != "prometheus" else 0)
        zone = self.chance.choice(ZONES) if source in ("pager", "ci") else UTC
        time = (at + skew).astimezone(zone).isoformat(timespec="seconds")
        kept = {key: value for key, value in event.items() if value}
        self.events.append({"time": time, "id": name, "source": source, **kept})
        group.append(name)


def spelled(name: str, chance: random.Random) -> str:
    """The name as another tool spells it."""
    parts = "".join(f" {one}" if one.isupper() else one for one in name).split()
    return chance.choice([name, "_".join(parts).lower(), "-".join(parts), " ".join(parts), name.upper(), name.lower()])


def alert(story: Story, at: datetime, name: str, service: str) -> None:
    """One alert, perhaps flapping, as two to five sources tell it."""
    chance, group = story.chance, []
    tellers = ["prometheus", *chance.sample(["alertmanager", "pager", "chat bot", "status page"], chance.randint(1, 4))]
    print_ = f"{chance.getrandbits(64):016x}"
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        end = at + timedelta(minutes=chance.uniform(4, 15))
        for teller in tellers:
            for status, time in (("firing", at), ("resolved", end)):
                story.tell(time, teller, group, **said(teller, name, service, status, print_, chance))
        at = end + timedelta(minutes=chance.uniform(3, 10))
    story.same.append(group)


def said(teller: str, name: str, service: str, status: str, print_: str, chance: random.Random) -> dict[str, Any]:
    """The words and labels of one teller for one moment of an alert."""
    other, place = spelled(name, chance), spelled(service, chance)
    if teller == "prometheus":
        labels = {"alertname": name, "service": service, "severity": "critical"}
        return {
            "kind": "alert",
            "status": status,
            "title": name,
            "service": service,
            "labels": labels,
            "fingerprint": print_,
        }
    if teller == "alertmanager":
        labels = {"alertname": name, "service": service, "cluster": "eu-1", "replica": "a"}
        seen = chance.choice([f"{chance.getrandbits(64):016x}", print_, ""])
        return {"kind": "page", "status": status, "title": f"{name} ({service})", "labels": labels, "fingerprint": seen}
    if teller == "pager":
        label = chance.choice(["alert_name", "monitor", "rule", "check"])
        labels = {label: other, chance.choice(["app", "component", "svc"]): place}
        return {
            "kind": "page",
            "status": status,
            "title": f"[#{chance.randrange(9999)}] {other} on {place}",
            "labels": labels,
        }
    if teller == "chat bot":
        mark = "FIRING:1" if status == "firing" else "RESOLVED"
        return {"kind": "message", "title": f"[{mark}] {name} for {service}", "service": chance.choice([service, ""])}
    words = "Incident" if status == "firing" else "Resolved"
    return {"kind": "status", "title": f"{words}: {other} on {service}", "service": service}


def deploy(story: Story, at: datetime, service: str, version: str, sha: str) -> None:
    """One deploy as git, the CI job and the orchestrator tell it."""
    chance, group = story.chance, []
    git = {"sha": sha, "version": version, "tag": f"deploy/{service}/{version}"}
    story.tell(at, "git", group, kind="deploy", title=f"Deploy {service} {version}", service=service, labels=git)
    job = {"commit": sha[:12]} if chance.random() < 0.5 else {}
    words = f"Job {chance.randrange(900)}: {service} {version} to production"
    story.tell(
        at + timedelta(seconds=40),
        "ci",
        group,
        kind="deploy",
        title=words,
        service=spelled(service, chance),
        labels=job,
    )
    image = {"image_tag": chance.choice([version, version.lstrip("v")])}
    story.tell(
        at + timedelta(seconds=70),
        "orchestrator",
        group,
        kind="deploy",
        title=f"Rollout of {service}",
        service=service,
        labels=image,
    )
    story.same.append(group)


def apart(story: Story, at: datetime, name: str, service: str) -> None:
    """What must not be merged: people who mention the alert, and the same words hours later."""
    for minutes, words in ((2, f"Looking at {name} on {service}"), (7, f"{name} is the pool again, I think")):
        story.tell(at + timedelta(minutes=minutes), "chat", [], kind="message", title=words, service=service)
    for hours in (0.5, 4):
        story.tell(at + timedelta(hours=hours), "chat", [], kind="message", title="Status update in ten minutes")


def case(number: int) -> Story:
    chance = random.Random(number)
    story = Story(chance)
    services = chance.sample(SERVICES, 3)
    names = chance.sample(ALERTS, 4)
    for name in names[:3]:
        alert(story, DAY + timedelta(minutes=chance.uniform(30, 200)), name, services[0])
    both = DAY + timedelta(minutes=chance.uniform(30, 200))
    alert(story, both, names[3], services[1])
    alert(story, both + timedelta(seconds=20), names[3], services[2])
    old, new = (f"{chance.getrandbits(160):040x}" for _ in range(2))
    for step, (version, sha) in enumerate((("v1.4.0", old), ("v1.5.0", new), ("v1.4.0", old))):
        deploy(story, DAY + timedelta(minutes=20 + 30 * step), services[0], version, sha)
    apart(story, both, names[0], services[0])
    chance.shuffle(story.events)
    return story


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    for number in range(CASES):
        story, folder = case(number), OUT / f"variation-{number:02}"
        folder.mkdir(parents=True)
        (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in story.events))
        window = {"start": DAY.isoformat(), "end": (DAY + timedelta(hours=9)).isoformat()}
        incident = {"id": f"VAR-{number}", "title": "One thing, told by many", "services": [], "window": window}
        (folder / "incidents.json").write_text(json.dumps([incident], indent=1) + "\n")
        (folder / "config.yaml").write_text(
            "incidents: {from: events}\nconnectors:\n"
            "  - {use: files, name: events, events: events.jsonl, incidents: incidents.json}\n"
        )
        (folder / "gold.json").write_text(json.dumps({"org": "generated", "same": story.same}, indent=1) + "\n")


if __name__ == "__main__":
    main()
