"""Alert episodes from the webhooks that a receiver stored."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alertmanager_stub import ENDED, STARTED, Alertmanager, alert, current, running, webhook, write
from pydantic import ValidationError

from connectors.alertmanager import AlertmanagerConnector
from pipeline.alert_labels import fingerprint
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AGAIN = "2026-11-24T09:55:00Z"


def read(tmp_path: Path, *webhooks: Any, **settings: Any) -> list[Any]:
    if webhooks:
        write(tmp_path / "webhooks.jsonl", *webhooks)
    given = {"url": "http://127.0.0.1:1", "current": False, "webhooks": ["webhooks.jsonl"], **settings}
    return list(connector(tmp_path, **given).events(WINDOW))


def connector(base: Path, **given: Any) -> AlertmanagerConnector:
    fields = {"use": "alertmanager", "name": "alerts", **given}
    settings = AlertmanagerConnector.Settings.model_validate(fields, context={"base": base})
    return AlertmanagerConnector(settings, Http(30, lambda: NOW))


def moments(found: list[Any]) -> list[tuple[str, str]]:
    return [(f"{one.at:%H:%M:%S}", one.moment) for one in found if isinstance(one, Event)]


def notices(found: list[Any]) -> list[Notice]:
    return [one for one in found if isinstance(one, Notice)]


def test_an_episode_is_told_by_its_two_webhooks(tmp_path: Path) -> None:
    fired, resolved = read(tmp_path, webhook(alert()), webhook(alert(ended=ENDED)))
    assert moments([fired, resolved]) == [("09:24:00", "fired"), ("09:51:20", "resolved")]
    assert fired.native_id == resolved.native_id == f"{1:016x}" and fired.episode == resolved.episode == fired.at
    assert (fired.kind, fired.title, fired.service) == ("alert", "CartErrors: errors at 20 %", "cart")
    assert (fired.severity, fired.labels["severity"]) == ("critical", "page")
    assert fired.url == "http://prometheus.example/graph?g0.expr=cart" and "runbooks.example" in fired.body
    assert (fired.at_text, resolved.at_text) == (STARTED, ENDED)


def test_the_same_group_sent_again_tells_nothing_new(tmp_path: Path) -> None:
    firing = webhook(alert(), alert(2, alertname="CartSlow"))
    half = webhook(alert(ended=ENDED), alert(2, alertname="CartSlow"))
    done = webhook(alert(ended=ENDED), alert(2, ended=ENDED, alertname="CartSlow"))
    found = read(tmp_path, firing, firing, half, done, done)
    assert sorted(moments(found)) == [("09:24:00", "fired")] * 2 + [("09:51:20", "resolved")] * 2
    assert notices(found) == []


def test_an_alert_that_fires_again_is_another_episode(tmp_path: Path) -> None:
    found = read(tmp_path, webhook(alert(ended=ENDED)), webhook(alert(started=AGAIN)))
    assert [one.episode for one in found[:2]] == [found[0].at] * 2 and found[2].episode == found[2].at
    assert moments(found) == [("09:24:00", "fired"), ("09:51:20", "resolved"), ("09:55:00", "fired")]


def test_the_fingerprint_is_that_of_prometheus_where_external_labels_are_named(tmp_path: Path) -> None:
    """Alertmanager's own covers the external labels, which the series ALERTS does not have."""
    (fired, *_) = read(tmp_path, webhook(alert()), external_labels=["cluster"])
    own = {name: value for name, value in alert()["labels"].items() if name != "cluster"}
    assert fired.fingerprint == fingerprint(own) != fingerprint(alert()["labels"]) and fired.labels["cluster"] == "eu-1"


@pytest.mark.parametrize("kept", ["body", "payload"])
@pytest.mark.parametrize("as_text", [False, True])
def test_what_a_receiver_writes_around_a_webhook_is_passed_over(tmp_path: Path, kept: str, as_text: bool) -> None:
    inner = webhook(alert())
    stored = {"received": 1795512407.5, "path": "/hook", kept: json.dumps(inner) if as_text else inner}
    assert moments(read(tmp_path, stored)) == [("09:24:00", "fired")]


def test_files_by_glob_and_packed_ones_are_read(tmp_path: Path) -> None:
    write(tmp_path / "1.jsonl", webhook(alert()))
    (tmp_path / "2.jsonl.gz").write_bytes(gzip.compress(json.dumps(webhook(alert(ended=ENDED))).encode()))
    assert len(moments(read(tmp_path, webhooks=["*.jsonl*"]))) == 2


def test_what_is_no_webhook_is_rejected_with_its_line(tmp_path: Path) -> None:
    good = webhook(alert(ended=ENDED))
    found = read(tmp_path, '{"half":', webhook(alert(2), version="3"), "[]", webhook({"status": "firing"}), "", good)
    rejected = [(one.where.rpartition(":")[2], one.why) for one in found if isinstance(one, Rejected)]
    assert [line for line, _ in rejected] == ["1", "2", "3", "4"]
    assert "no JSON" in rejected[0][1] and "version '3'" in rejected[1][1] and "no list" in rejected[2][1]
    assert len(moments(found)) == 2


def test_alerts_that_a_webhook_left_out_are_a_gap(tmp_path: Path) -> None:
    cut = webhook(alert(ended=ENDED), truncatedAlerts=7)
    (gap,) = notices(read(tmp_path, cut, cut))
    assert gap.gap and "up to 7 of a group: 2 of them" in gap.detail and "max_alerts" in gap.detail


def test_what_was_left_out_at_other_times_is_none(tmp_path: Path) -> None:
    long_ago = webhook(alert(started="2026-11-20T09:00:00Z", ended="2026-11-20T09:10:00Z"), truncatedAlerts=7)
    assert notices(read(tmp_path, long_ago)) == []


def test_a_damaged_file_gives_what_stands_before_the_damage(tmp_path: Path) -> None:
    many = "".join(f"{json.dumps(webhook(alert(number, ended=ENDED)))}\n" for number in range(500))
    packed = gzip.compress(many.encode())
    (tmp_path / "webhooks.jsonl").write_bytes(packed[: len(packed) * 9 // 10])
    found = read(tmp_path)
    assert moments(found) and [one.kind for one in notices(found)] == ["damaged"] and notices(found)[0].gap


def test_alerts_without_a_resolve_are_told(tmp_path: Path) -> None:
    (notice,) = notices(read(tmp_path, webhook(alert())))
    assert not notice.gap and "CartErrors. They may still fire." in notice.detail


def test_alertmanager_says_which_of_them_are_over(tmp_path: Path) -> None:
    """It lists 1, which fires; 2 is over, and no webhook says since when."""
    with running(Alertmanager([current(1)])) as held:
        sent = webhook(alert(1), alert(2, alertname="CartSlow"))
        found = read(tmp_path, sent, url=held.url, current=True)
    (gap,) = notices(found)
    assert gap.gap and "CartSlow. Alertmanager no longer lists them" in gap.detail
    assert sorted(one.native_id for one in found if isinstance(one, Event)) == [f"{1:016x}", f"{2:016x}"]


def test_the_list_of_now_cuts_times_to_milliseconds(tmp_path: Path) -> None:
    with running(Alertmanager([current(1)])) as held:
        found = read(tmp_path, webhook(alert(1, started="2026-11-24T09:24:00.568999Z")), url=held.url, current=True)
    assert moments(found) == [("09:24:00", "fired")] and notices(found) == []


def test_missing_files_are_a_gap_where_there_is_something_else(tmp_path: Path) -> None:
    with running(Alertmanager([current(1)])) as held:
        found = read(tmp_path, url=held.url, current=True)
    assert moments(found) == [("09:24:00", "fired")]
    assert [one.kind for one in notices(found) if one.gap] == ["unreadable"]
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path)


def test_nothing_to_read_is_refused() -> None:
    with pytest.raises(ValidationError, match="nothing to read"):
        connector(Path(), url="http://127.0.0.1:1", current=False)
