"""An incident of a German team: what its sources say is German, so that what is English in its draft is befell's."""

from dataclasses import replace

from support import evidence

from pipeline.event import Event, Notice
from pipeline.incident import Incident, Window
from pipeline.snapshot import Snapshot
from pipeline.timeline import reconstruct
from pipeline.timeline.model import Timeline

REJECTED = "2 of 1204 records rejected, the first: zeile 7: kein Zeitpunkt"


def snapshot() -> Snapshot:
    """Eine Auslieferung um 09:14, Fehler ab 09:20, ein Alarm, ein Neustart ohne Wirkung, Rollback um 09:55."""

    def event(clock: str, kind: str, title: str, **more: object) -> Event:
        return evidence.event(
            clock, kind, title, **({"service": "kasse", "source": "quelle", "connector": "quelle"} | more)
        )

    alarm = {"service": "kasse", "source": "wache", "connector": "wache", "severity": "critical"}
    events = [
        event("08:52", "change", "Schalter warenkorb auf 5 %", service="korb", precision_s=60.0),
        event("09:14:05", "deploy", "Deploy kasse 4.18.0", actor_role="a responder", url="https://bau.example/991"),
        *evidence.alert("09:22:10", "KasseFehlerquote", "10:04:20", **alarm),
        *evidence.alert("09:20:40", "PlatteVoll", None, **alarm | {"service": "lager", "severity": "warning"}),
        event("09:25:40", "page", "Kasse gestört", moment="acknowledged", actor_role="a responder"),
        event("09:27:30", "message", "Zahlungen laufen ins Leere", actor_role="Einsatzleitung", service=""),
        event("09:31", "status", "Einige Zahlungen kommen nicht an", precision_s=60.0),
        event("09:38:12", "action", "Neustart der Pods", actor_role="a responder"),
        event("09:55", "deploy", "Kasse auf 4.17.3", moment="rolled back", actor_role="Einsatzleitung"),
        event("10:08", "status", "Zahlungen kommen wieder an", moment="resolved", precision_s=60.0),
    ]
    calm, bad = [0.002, 0.0022, 0.0024] * 27, [0.16, 0.18, 0.14] * 46
    ratio = evidence.metric(
        calm[:80] + bad + [0.002] * 200, name="Kasse: Fehlerquote", service="kasse", connector="zahlen", objective=0.01
    )
    log = evidence.errors(
        [f"09:{minute}:0{second}" for minute in range(20, 55) for second in range(9)], "Frist", "kasse"
    )
    log = replace(
        log,
        source="protokoll",
        level="error",
        reason="315 times, 0 in the 20 min before; most at 09:20 UTC (9 in that minute)",
    )
    quiet = replace(log, id="stillstill22", template="", reason="counted, not shown", count=1204, exemplars=())
    found = evidence.snapshot(
        *events, logs=(log, quiet), series=(ratio,), window=Window(evidence.at("09:00"), evidence.at("11:00")),
        incident=Incident(
            id="STÖ-7", title="Kasse nimmt keine Zahlungen an", services=("kasse",), source="leitstelle",
            opened_at=evidence.at("09:22"), resolved_at=evidence.at("10:08"),
        ),
        notices=(
            Notice(kind="empty", detail="No records in the window.", source="quelle"),
            Notice(kind="rejected", detail=REJECTED, source="quelle", gap=True),
        ),
        redactions={"email": 12},
    )  # fmt: skip
    accounts = {name: replace(account, read=account.read + 91_240, parsed=account.parsed + 91_240, summarised=91_240)
                for name, account in found.accounts.items()}  # fmt: skip
    return replace(found, accounts=accounts)


def german() -> Timeline:
    """What is reconstructed from it."""
    return reconstruct(snapshot())
