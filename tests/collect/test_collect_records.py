"""Records: clipped, cleaned, numbered, counted, and the same in every run."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fake_source import INCIDENT, NOW, WINDOW, at, config_of, event, source
from hypothesis import given
from hypothesis import strategies as st

from pipeline import snapshot as snapshots
from pipeline.collect import collect
from pipeline.event import Account, Event, Exemplar, LogSummary, Notice, Rejected, Series
from pipeline.snapshot import Snapshot, encode

Collected = Callable[..., Snapshot]
REJECTED = Rejected(where="events.jsonl:12", why="time: missing")


def summary(count: int, clock: str = "09:10", template: str = "failed: <*>", **fields: Any) -> LogSummary:
    moment = at(clock)
    return LogSummary(service="web", template=template, level="error", count=count, first=moment, last=moment, **fields)


def holds(account: Account) -> bool:
    """The two equations of the bookkeeping; merging comes later, so what is shown is still in `parsed`."""
    inside = account.parsed - account.outside_window - account.summarised
    return account.read == account.parsed + account.rejected and inside >= 0


def test_what_lies_outside_the_window_is_counted_not_kept(collected: Collected) -> None:
    found = collected(
        source("ci", events=[event("08:59:59"), event("09:00"), event("09:59:59"), event("10:00"), REJECTED])
    )
    assert [one.at for one in found.events] == [at("09:00"), at("09:59:59")]
    assert found.accounts == {"ci": Account(read=5, parsed=4, rejected=1, outside_window=2)}


def test_summaries_that_a_store_made_are_counted_as_summarised(collected: Collected) -> None:
    found = collected(source("loki", logs=[summary(40), summary(2, "08:00", "other")]))
    assert found.accounts == {"loki": Account(read=42, parsed=42, summarised=40, outside_window=2)}
    assert [one.count for one in found.logs] == [40]
    assert (found.logs[0].connector, found.logs[0].source) == ("loki", "loki")


def test_a_series_is_clipped_and_counts_as_no_record(collected: Collected) -> None:
    points = tuple((at(clock), 1.0) for clock in ("08:59", "09:00", "10:00", "10:01"))
    found = collected(source("prom", series=[Series(name="errors", query="rate(e)", points=points)]))
    assert [moment for moment, _ in found.series[0].points] == [at("09:00"), at("10:00")]
    assert found.series[0].connector == "prom" and len(found.series[0].id) == 12
    assert found.accounts == {"prom": Account()}


@given(
    st.lists(
        st.one_of(
            st.just(REJECTED),
            st.integers(-3600, 7200).map(lambda s: replace(event("09:00"), at=at("09:00") + timedelta(seconds=s))),
            st.integers(1, 99).map(summary),
            st.just(summary(3, "10:30")),
            st.just(Notice(kind="truncated", detail="cut")),
        )
    )
)
def test_every_record_is_accounted_for(records: list[Any]) -> None:
    found = collect(INCIDENT, config_of(source("all", events=records)), lambda: NOW)
    account = found.accounts["all"]
    assert holds(account)
    assert account.read == sum(getattr(one, "count", 1) for one in records if not isinstance(one, Notice))
    assert account.parsed - account.outside_window - account.summarised == len(found.events)


def test_events_are_in_order_of_time_then_source_then_id(collected: Collected) -> None:
    found = collected(
        source("b", events=[event("09:30"), event("09:10", native_id="2"), event("09:10", native_id="1")]),
        source("a", events=[event("09:10")]),
    )
    assert [(one.at, one.connector) for one in found.events] == [
        (at("09:10"), "a"), (at("09:10"), "b"), (at("09:10"), "b"), (at("09:30"), "b"),
    ]  # fmt: skip
    assert found.events[1].id < found.events[2].id


def test_ids_survive_a_rename_and_a_change_of_words_and_tell_moments_apart(collected: Collected) -> None:
    def ids(name: str, *events: Event) -> list[str]:
        return [one.id for one in collected(source(name, identity="pager:eu", events=events)).events]

    fired = event("09:10", "Disk full", native_id="A1", kind="alert", moment="fired", episode=at("09:10"))
    resolved = replace(fired, at=at("09:40"), moment="resolved")
    again = replace(fired, at=at("09:50"), episode=at("09:50"))
    first = ids("pager", fired, resolved, again)
    assert len(set(first)) == 3
    assert ids("renamed", replace(fired, title="Disk is full"), resolved, again) == first


def test_without_a_native_id_equal_records_are_told_apart_by_their_occurrence(collected: Collected) -> None:
    def ids(*events: Event) -> list[str]:
        return sorted(one.id for one in collected(source("chat", events=events)).events)

    twice = ids(event("09:10"), event("09:10"))
    assert len(set(twice)) == 2
    assert ids(event("09:10"))[0] in twice


def test_the_same_native_id_twice_stays_twice(collected: Collected) -> None:
    found = collected(source("ci", events=[event("09:10", native_id="7"), event("09:10", native_id="7")]))
    assert len(found.events) == 2 and found.events[0].id == found.events[1].id


def test_two_records_that_share_a_native_id_have_ids_of_their_own(collected: Collected) -> None:
    """Two files that both count from 1, or an alert that fires again under its old id: neither hides the other."""

    def ids(*events: Event) -> list[str]:
        return [one.id for one in collected(source("ci", events=events)).events]

    first, second = event("09:10", "web 2", native_id="1"), event("09:20", "shop 7", native_id="1")
    once = ids(first)
    both = ids(first, second, second)
    assert both[0] == once[0] != both[1] == both[2]
    third = ids(first, second, replace(second, body="more"))
    assert len(set(third)) == 3 and set(both) < set(third)


def test_a_log_record_that_was_cut_within_a_secret_keeps_nothing_of_it(collected: Collected) -> None:
    def exemplar(text: str) -> str:
        (found,) = collected(source("web", logs=[summary(1, exemplars=(Exemplar(at=at("09:10"), text=text),))])).logs
        return found.exemplars[0].text

    half = "g" + "hp_" + "Xf9EkNY5bzNm"
    assert exemplar(f"token refused {half}… (1,024 more characters)") == "token refused … (1,040 more characters)"
    assert exemplar("all of it … (9 more characters)") == "all of it … (9 more characters)"
    assert exemplar("not cut…") == "not cut…"


def test_the_order_in_which_threads_come_back_changes_nothing() -> None:
    """The first source waits until the second is through; then the other way round."""

    def run(slow: str) -> Snapshot:
        through = threading.Event()

        def events(name: str) -> Any:
            def give() -> list[Event]:
                if name == slow:
                    assert through.wait(5)
                found = [event("09:10", f"{name} by {name}@example.org with token=ghs_{name}x81jZk2")]
                if name != slow:
                    through.set()
                return found

            return give

        sources = [source(name, events=events(name)) for name in ("one", "two")]
        return collect(INCIDENT, config_of(*sources), lambda: NOW)

    assert encode(run("one")) == encode(run("two"))


def test_secrets_are_redacted_everywhere_also_those_only_the_configuration_knows(collected: Collected) -> None:
    from pydantic import SecretStr

    from pipeline.connector import ConnectorSettings

    class Settings(ConnectorSettings):
        token: SecretStr
        headers: Mapping[str, SecretStr]

    def fails() -> list[Event]:
        raise RuntimeError("GET /?t=plain-words refused")

    settings = Settings(use="fake", name="api", token="plain-words", headers={"X-Key": "more.words"})
    found = collected(
        source(
            "api", settings=settings, events=[event("09:10", "with plain-words", body="and more.words")], logs=fails
        ),
        source("own", events=[event("09:20", "ORD-12345678"), REJECTED, Rejected(where="x", why="ORD-12345678")]),
        redaction={"rules": [{"name": "order", "pattern": r"ORD-\d{8}"}]},
    )
    kept = json.dumps(encode(found))
    assert "plain-words" not in kept and "more.words" not in kept and "ORD-1" not in kept
    assert found.redactions["configured-secret"] == 3 and found.redactions["order"] == 1


def test_people_appear_by_role(collected: Collected) -> None:
    incident = replace(INCIDENT, title="@alice sees errors", summary="paged bob", roles={"scribe": "login:cleo"})
    words = "@alice asked alice@example.org, Bob Stone and @dora; @here cc <@U024BE7LH|eve>, cleo, npm i @babel/core"
    found = collected(
        source(
            "chat",
            events=[
                event("09:10", words, kind="message", actor_role="login:Alice@example.org", labels={"owner": "bob"}),
                event("09:11", kind="message", actor_role="login:dora"),
                event("09:12", kind="message", actor_role="incident commander"),
                event("09:13", "user@timestamp @dora alice", kind="log"),
            ],
            logs=[summary(1, template="login of alice")],
        ),
        incident=incident,
        roles={"alice": "incident commander", "bob": "database lead", "Bob Stone": "database lead"},
    )
    first, second, third, fourth = found.events
    assert first.title == (
        "incident commander asked incident commander, database lead and a responder; @here cc a responder, scribe, "
        "npm i @babel/core"
    )
    assert first.labels == {"owner": "database lead"}
    assert [one.actor_role for one in found.events[:3]] == ["incident commander", "a responder", "incident commander"]
    assert (second.actor_role, third.actor_role) == ("a responder", "incident commander")
    assert fourth.title == "user@timestamp @dora incident commander"  # machine-made text: only known names
    assert found.logs[0].template == "login of incident commander"
    assert found.incident.title == "incident commander sees errors"
    assert found.incident.summary == "paged database lead" and not found.incident.roles


def test_no_path_of_this_machine_gets_in(tmp_path: Path) -> None:
    def run(base: Path) -> Snapshot:
        records = [event("09:10", f"read {base}/logs/web.log"), Rejected(where=f"{base}/e.jsonl:1", why="no time")]
        files = source("files", identity=f"files:{base}/e.jsonl", events=records)
        return collect(INCIDENT, config_of(files, base=base), lambda: NOW)

    assert run(tmp_path / "a") == run(tmp_path / "b")
    assert run(tmp_path).events[0].title == "read logs/web.log"
    assert str(tmp_path) not in json.dumps(encode(run(tmp_path)))


def test_text_that_utf8_cannot_hold_is_made_to_fit(collected: Collected) -> None:
    found = collected(source("ci", events=[event("09:10", "half a pair: \ud83d")]))
    assert found.events[0].title == "half a pair: ?"


def test_a_snapshot_of_anything_is_read_again_as_it_was_written(collected: Collected, tmp_path: Path) -> None:
    rest = replace(summary(3, template=""), level="", service="")
    found = collected(source("all", events=[event("09:10", "")], logs=[rest], series=[Series(name="", query="")]))
    snapshots.write(found, tmp_path / "kept.gz")
    assert snapshots.read(tmp_path / "kept.gz") == found


def test_the_window_and_the_time_of_collecting_are_kept(collected: Collected) -> None:
    found = collected(source("ci", events=[event("09:10")]))
    assert (found.window, found.collected_at, found.notices) == (WINDOW, NOW, ())
