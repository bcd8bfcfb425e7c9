"""Problems of Icinga 2, as its objects and its recorded event stream tell them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from icinga_stub import AT, Icinga, change, comment, downtime, running, service

from connectors.icinga import IcingaConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
START = datetime(2026, 11, 24, 9, 24, 0, 123456, tzinfo=UTC)


@pytest.fixture
def icinga() -> Iterator[Icinga]:
    with running() as held:
        yield held


def connector(icinga: Icinga, base: Path = Path(), **settings: Any) -> IcingaConnector:
    given = {"use": "icinga", "name": "monitoring", "url": icinga.url, **settings}
    checked = IcingaConnector.Settings.model_validate(given, context={"base": base})
    return IcingaConnector(checked, Http(30, lambda: datetime.now(UTC)))


def read(icinga: Icinga, **settings: Any) -> list[Any]:
    return list(connector(icinga, **settings).events(WINDOW))


@pytest.fixture
def streamed(icinga: Icinga, tmp_path: Path) -> Any:
    """What a recorded stream of these lines gives."""

    def given(*lines: Any, **settings: Any) -> list[Any]:
        texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        (tmp_path / "icinga.jsonl").write_text("\n".join(texts))
        return list(connector(icinga, tmp_path, stream=["*.jsonl"], **settings).events(WINDOW))

    return given


def test_a_problem_fires_when_its_state_is_hard_and_holds_since_it_was_soft(icinga: Icinga) -> None:
    icinga.objects = {"services": [service(last_state_change=AT - 120)]}
    (one,) = read(icinga)
    assert (one.kind, one.moment, one.severity) == ("alert", "fired", "critical")
    assert one.title == "checkout on web-1 is CRITICAL: HTTP 500" and one.native_id == "web-1!checkout"
    assert one.at == one.episode == START and (one.at - one.active_since).total_seconds() == 120
    assert one.labels == {"host": "web-1", "alertname": "checkout"} and one.service == "shop"


def test_an_acknowledgement_belongs_to_the_problem(icinga: Icinga) -> None:
    icinga.objects = {"services": [service()], "comments": [comment(), comment(entry_type=1, __name="c2")]}
    fired, acknowledged, said = read(icinga)
    assert (acknowledged.moment, acknowledged.episode, acknowledged.native_id) == (
        "acknowledged",
        fired.at,
        fired.native_id,
    )
    assert (
        acknowledged.actor_role == "login:alice" and acknowledged.body == "on it" and "alice" not in acknowledged.title
    )
    assert (said.kind, said.title) == ("message", "checkout on web-1 comment: on it")


def test_a_problem_that_is_over_fired_when_the_state_before_began(icinga: Icinga) -> None:
    icinga.objects = {"services": [service(AT + 600, 0, previous_state_change=AT)]}
    fired, resolved, notice = read(icinga)
    assert (fired.at, resolved.at.timestamp(), resolved.moment) == (START, AT + 600, "resolved")
    assert fired.episode == resolved.episode == START
    assert notice.gap and "1 hosts and services changed more than once" in notice.detail


def test_what_was_only_soft_is_no_problem(icinga: Icinga) -> None:
    """Back before it was hard; and soft at the moment."""
    over = service(AT + 60, 0, last_hard_state_change=AT - 9e5, previous_state_change=AT)
    now = service(
        AT, 2, last_hard_state=0, last_hard_state_change=AT - 600, previous_state_change=AT - 600, state_type=0
    )
    for one in (over, now):
        icinga.objects = {"services": [one]}
        assert [found for found in read(icinga) if isinstance(found, Event)] == []


def test_a_host_is_up_or_down(icinga: Icinga) -> None:
    host = service(state=1, __name="web-1", name="web-1", vars=None)
    icinga.objects = {"hosts": [host]}
    (one,) = read(icinga, services={"web-*": "checkout"})
    assert (one.title, one.severity, one.service) == ("web-1 is DOWN: HTTP 500", "critical", "checkout")


def test_a_downtime_that_began_is_an_action(icinga: Icinga) -> None:
    icinga.objects = {"downtimes": [downtime(), downtime(trigger_time=0, __name="later")]}
    (one,) = read(icinga)
    assert (one.kind, one.title, one.actor_role) == ("action", "checkout on web-1 downtime began", "login:alice")


def test_only_what_is_used_is_asked_for(icinga: Icinga) -> None:
    read(icinga, filter='host.name=="web-1"')
    assert all("attrs=__name" in path for path in icinga.asked)
    assert sum("filter=host.name" in path for path in icinga.asked) == 2, "of hosts and of services"


def test_the_stream_tells_every_episode(icinga: Icinga, streamed: Any) -> None:
    found = streamed(
        change(AT - 30, 2, 0), change(AT, 1), change(AT + 30, 2), change(AT + 60, 0, output="OK"), change(AT + 90, 2)
    )
    assert [(one.moment, one.title) for one in found] == [
        ("fired", "checkout on web-1 is WARNING: HTTP 500"), ("observed", "checkout on web-1 is now CRITICAL"),
        ("resolved", "checkout on web-1 is OK again"), ("fired", "checkout on web-1 is CRITICAL: HTTP 500"),
    ]  # fmt: skip
    assert [one.episode for one in found[:3]] == [START] * 3 and found[3].episode == found[3].at
    assert found[0].at == START, "the end of the check, which the objects have too"


def test_the_stream_tells_of_acknowledgements_downtimes_and_comments(icinga: Icinga, streamed: Any) -> None:
    acknowledged = {
        "type": "AcknowledgementSet",
        "host": "web-1",
        "service": "checkout",
        "author": "alice",
        "timestamp": AT + 5,
    }
    wrapped = {"timestamp": AT + 9, "downtime": downtime()["attrs"]}
    found = streamed(
        change(AT, 2), acknowledged, {**wrapped, "type": "DowntimeTriggered"}, {**wrapped, "type": "DowntimeRemoved"},
        {"type": "CommentAdded", "timestamp": AT + 9, "comment": comment(entry_type=1)["attrs"]},
        {"type": "CheckResult", "timestamp": AT},
    )  # fmt: skip
    assert [one.moment for one in found] == ["fired", "acknowledged", "changed", "changed", "posted"]
    assert found[1].episode == START and len({one.native_id for one in found[2:]}) == 3


def test_what_the_stream_tells_is_not_told_again_by_the_objects(icinga: Icinga, streamed: Any) -> None:
    icinga.objects = {"services": [service(), service(name="cart")], "comments": [comment()]}
    found = streamed(change(AT, 2))
    assert [one.native_id for one in found] == ["web-1!checkout", "web-1!cart"]
    assert len(streamed(change(AT, 2), objects=False)) == 1


def test_a_recovery_whose_problem_was_not_recorded_has_no_episode(streamed: Any) -> None:
    (one,) = streamed(change(AT, 0))
    assert (one.moment, one.episode) == ("resolved", None)


def test_a_line_that_is_no_event_is_rejected_alone(streamed: Any) -> None:
    found = streamed("<html>", change(AT, 2), {"type": "StateChange"})
    assert [type(one) for one in found] == [Rejected, Rejected, Event]
    assert found[0].where.endswith("icinga.jsonl:1")


def test_a_stream_that_is_not_there_is_an_error(icinga: Icinga, tmp_path: Path) -> None:
    made = connector(icinga, tmp_path, stream=["gone.jsonl"], objects=False)
    with pytest.raises(SourceError, match="no such file"):
        list(made.events(WINDOW))
    assert [check.ok for check in made.check()] == [False]


def test_doctor_says_since_when_the_stream_was_recorded(icinga: Icinga, streamed: Any, tmp_path: Path) -> None:
    assert len(streamed(change(AT + 60, 0), change(AT, 2))) == 2
    *_, check = connector(icinga, tmp_path, stream=["icinga.jsonl"]).check()
    assert check.ok and check.reaches == START and "recorded since" in check.detail


def test_a_list_that_is_refused_is_a_gap_that_names_the_permission(icinga: Icinga) -> None:
    icinga.objects, icinga.refuse = {"services": [service()]}, {"comments": 403}
    fired, notice = read(icinga)
    assert isinstance(fired, Event) and isinstance(notice, Notice) and notice.gap and "objects/query" in notice.detail


def test_ids_are_the_same_in_every_run(icinga: Icinga) -> None:
    icinga.objects = {"services": [service()], "comments": [comment()], "downtimes": [downtime()]}
    assert [one.native_id for one in read(icinga)] == [one.native_id for one in read(icinga)]
