"""Timelines for the tests of the draft: a rich one and an almost empty one."""

from datetime import UTC, datetime, timedelta

from pipeline.event import Account, Exemplar, LogSummary, Notice, Series, evidence_id
from pipeline.incident import Incident, Window
from pipeline.timeline.model import Evidence, Milestone, Row, Signal, Timeline, TriggerCandidate
from pipeline.timeline.phases import durations, phased

START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def at(clock: str) -> datetime:
    """`09:26:46` on the day of the incident."""
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return datetime(2026, 11, 24, hours, minutes, seconds, tzinfo=UTC)


class Builder:
    """Collects rows with the evidence that they cite."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.evidence: dict[str, Evidence] = {}

    def cite(self, when: datetime, source: str, kind: str, title: str, **more: object) -> str:
        name = evidence_id(source, title, when.isoformat(), str(more.get("native_id", "")))
        self.evidence[name] = Evidence(id=name, at=when, source=source, kind=kind, title=title, **more)  # type: ignore[arg-type]
        return name

    def row(self, clock: str, kind: str, moment: str, title: str, source: str, end: str = "", **more: object) -> Row:
        when = at(clock)
        ids = [self.cite(when, source, kind, title, service=str(more.get("service", "")), url=str(more.get("url", "")))]
        count = int(more.get("count", 1))  # type: ignore[call-overload]
        ids += [
            self.cite(when + timedelta(minutes=3 * n), source, kind, title, native_id=str(n))
            for n in range(1, count)
            if n < 4
        ]
        closing = (
            (self.cite(at(end), source, kind, title, native_id="resolved"),)
            if end and kind in ("alert", "page")
            else ()
        )
        made = Row(
            id=ids[0],
            at=when,
            end=at(end) if end else None,
            kind=kind,
            moment=moment,
            title=title,
            sources=(source,),
            evidence=(*ids, *closing),
            end_evidence=closing,
            **{"key": True, **more},  # type: ignore[arg-type]
        )
        self.rows.append(made)
        return made


def error_ratio(minutes: int = 150) -> Series:
    """0.2 % errors, 18 % from 09:20 to 09:55, then back over some minutes."""
    points = []
    for n in range(minutes * 2):
        when = START + timedelta(seconds=30 * n)
        calm = 0.002 + 0.0006 * ((n * 7) % 5) / 5
        if at("09:20:00") <= when < at("09:55:00"):
            calm = 0.14 + 0.03 * ((n * 3) % 7) / 7 + (0.014 if when == at("09:41:00") else 0)
        elif at("09:55:00") <= when < at("10:02:00"):
            calm = 0.14 - 0.138 * (when - at("09:55:00")).total_seconds() / 420
        points.append((when, calm))
    return Series(
        name="checkout error ratio",
        query='sum(rate(http_requests_total{code=~"5.."}[1m]))',
        unit="ratio",
        service="checkout",
        objective=0.01,
        step_s=30,
        points=tuple(points),
        connector="prod-metrics",
        id="serieserrors",
    )


def rich() -> Timeline:
    """A deploy at 09:14, errors from 09:20, an alert at 09:22, a restart that changed nothing, a rollback at 09:55."""
    b = Builder()
    series = error_ratio()
    b.row("08:52:00", "change", "changed", "Flag new-basket set to 5 %", "flags", service="basket", precision_s=60)
    deploy = b.row(
        "09:14:05",
        "deploy",
        "deployed",
        "Deploy checkout 4.18.0",
        "github",
        service="checkout",
        url="https://github.example/acme/checkout/deployments/991",
        actor_role="service owner",
    )
    log = LogSummary(
        service="checkout",
        template="payment provider answered <*> after <*> ms",
        level="error",
        count=4128,
        first=at("09:20:04"),
        last=at("10:01:37"),
        reason="4,128 errors, none in the 50 min before",
        source="web-logs",
        connector="web-logs",
        id="logcheckouta",
        exemplars=(
            Exemplar(
                at=at("09:20:04"),
                text="2026-11-24T09:20:04Z ERROR payment provider answered 504 after 30012 ms\n"
                "  at PaymentClient.charge (payment.ts:118)",
                path="logs/web/checkout.log",
                line=20418,
            ),
        ),
    )
    b.evidence[log.id] = Evidence(
        id=log.id, at=log.first, source="web-logs", kind="log", title=log.template, service="checkout"
    )
    b.rows.append(
        Row(
            id=log.id,
            at=log.first,
            end=log.last,
            kind="log",
            moment="observed",
            title="payment provider answered 504 after 30012 ms",
            service="checkout",
            severity="error",
            sources=("web-logs",),
            count=log.count,
            evidence=(log.id,),
            key=True,
            rule="same log template",
        )
    )
    alert = b.row(
        "09:22:10",
        "alert",
        "fired",
        "CheckoutErrorBudgetBurn",
        "alertmanager",
        "10:04:20",
        service="checkout",
        severity="critical",
        count=3,
        rule="same alert by labels",
    )
    b.row("09:22:25", "page", "fired", "Checkout error budget burn", "pagerduty", "10:05:02", service="checkout")
    ack = b.row(
        "09:25:40",
        "page",
        "acknowledged",
        "Checkout error budget burn",
        "pagerduty",
        service="checkout",
        actor_role="on-call engineer",
    )
    b.row(
        "09:27:30",
        "message",
        "posted",
        "Looking at checkout, payments time out for most customers",
        "slack",
        actor_role="on-call engineer",
    )
    b.row("09:31:00", "status", "posted", "Investigating: some payments do not complete", "statuspage", precision_s=60)
    b.row(
        "09:38:12",
        "action",
        "changed",
        "Restart of checkout pods",
        "kubernetes",
        service="checkout",
        actor_role="on-call engineer",
    )
    b.row(
        "09:47:00",
        "message",
        "posted",
        "Latency unchanged after the restart, going back to 4.17.3",
        "slack",
        actor_role="incident commander",
    )
    rollback = b.row(
        "09:55:00",
        "deploy",
        "rolled back",
        "Roll back checkout to 4.17.3",
        "github",
        service="checkout",
        actor_role="incident commander",
    )
    b.row("10:08:00", "status", "posted", "Resolved: payments complete again", "statuspage", precision_s=60)
    b.row(
        "09:30:00",
        "alert",
        "fired",
        "DiskWillFillIn4Hours",
        "alertmanager",
        service="reporting",
        key=False,
        aside="service not affected",
    )
    b.row("09:33:15", "log", "observed", "cache warmed", "web-logs", service="basket", key=False)
    b.row("10:20:00", "message", "posted", "Thanks everyone, summary follows", "slack", key=False)

    def point(clock: str, what: str, value: float) -> str:
        return b.cite(
            at(clock),
            "prod-metrics",
            "metric",
            f"checkout error ratio: {what}",
            native_id=what,
            value=value,
            unit="ratio",
            query=series.query,
            service="checkout",
        )

    peak = max(series.points, key=lambda p: p[1])
    signal = Signal(
        name=series.name,
        unit="ratio",
        service="checkout",
        baseline=0.0022,
        baseline_evidence=point("08:41:00", "baseline", 0.0022),
        peak=peak[1],
        peak_at=peak[0],
        peak_evidence=point("09:41:00", "peak", peak[1]),
        onset=at("09:20:00"),
        onset_evidence=point("09:20:00", "onset", 0.14),
        recovered=at("10:02:00"),
        recovered_evidence=point("10:02:00", "recovered", 0.002),
        objective=0.01,
        evidence=(series.id,),
    )
    milestones = {
        "impact_start": Milestone(
            at=at("09:20:00"),
            evidence=(signal.onset_evidence,),
            rule="slo_change",
            confidence="high",
            reason="the error ratio left its baseline and passed its objective",
        ),
        "detected": Milestone(
            at=alert.at,
            evidence=alert.evidence[:1],
            rule="first_alert",
            confidence="high",
            reason="first alert of an affected service",
        ),
        "acknowledged": Milestone(
            at=ack.at, evidence=ack.evidence, rule="first_ack", confidence="high", reason="first acknowledgement"
        ),
        "mitigated": Milestone(
            at=rollback.at,
            evidence=rollback.evidence,
            rule="followed_by_improvement",
            confidence="medium",
            reason="the error ratio fell within 7 min of the rollback",
        ),
        "recovered": Milestone(
            at=at("10:04:20"),
            evidence=(signal.recovered_evidence, *alert.end_evidence),
            rule="settled",
            confidence="medium",
            reason="signals at baseline, alert resolved and quiet for 30 min",
        ),
    }
    rows = phased(sorted(b.rows, key=lambda row: (row.at, row.id)), milestones)
    return Timeline(
        incident=Incident(
            id="INC-42",
            title="Checkout payments time out",
            severity="SEV-2",
            severity_raw="P2",
            services=("checkout",),
            opened_at=at("09:22:25"),
            resolved_at=at("10:08:00"),
            url="https://acme.pagerduty.example/incidents/Q42",
            source="pagerduty",
        ),
        window=Window(START, at("11:00:00")),
        rows=tuple(rows),
        milestones=milestones,
        durations=durations(milestones),
        trigger_candidates=(
            TriggerCandidate(
                at=deploy.at,
                title=deploy.title,
                evidence=deploy.evidence,
                score=0.91,
                reason="same service, 5 min 55 s before impact start, rolled back later",
            ),
            TriggerCandidate(
                at=at("08:52:00"),
                title="Flag new-basket set to 5 %",
                evidence=b.rows[0].evidence,
                score=0.22,
                reason="another service, 28 min before impact start",
            ),
        ),
        signals=(signal,),
        series=(series,),
        logs=(log,),
        evidence=b.evidence,
        notices=(
            Notice(
                kind="truncated",
                detail="the search stopped at 10,000 messages; later ones are missing",
                source="slack",
                gap=True,
            ),
            Notice(kind="clock", detail="times of web-logs had no zone and were read as UTC", source="web-logs"),
        ),
        accounts={
            "prod-metrics": Account(read=300, parsed=300, shown=300),
            "web-logs": Account(
                read=91240,
                parsed=91238,
                rejected=2,
                outside_window=61022,
                shown=2,
                summarised=30214,
                bytes_skipped=734003200,
            ),
            "pagerduty": Account(read=4, parsed=4, shown=3, merged=1),
        },
        redactions={"e-mail address": 12, "bearer token": 1},
        review_due=at("10:08:00") + timedelta(hours=48),
        review_due_evidence=(rows[-2].evidence[0],),
    )


def empty() -> Timeline:
    """No rows, no milestones, no signals: every source was down."""
    return Timeline(
        incident=Incident(id="INC-7", title="Login slow"),
        window=Window(START, at("11:00:00")),
        notices=(Notice(kind="down", detail="did not answer within 60 s", source="prod-metrics", gap=True),),
    )
