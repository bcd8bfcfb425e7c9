"""What is posted is followed: alerts that belong together are one incident, and each delivery counts once."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from support.followed import Service, at, fired, incident, resolved

from pipeline.event import Event
from pipeline.incident import Window
from pipeline.receiving import Withdrawn


def test_a_firing_alert_opens_an_incident_and_its_end_starts_the_quiet_period(service: Service) -> None:
    service.accept(fired("Errors", 0), minute=1)
    watch = service.the_watch()
    assert (watch.kind, watch.state, watch.due_at, watch.title) == ("alerts", "open", None, "Errors")
    service.accept(resolved("Errors", 0, 20), minute=21)
    watch = service.the_watch()
    assert (watch.state, watch.due_at, watch.resolved_at) == ("quiet", at(30), at(20))


def test_a_delivery_that_is_sent_again_changes_nothing(service: Service) -> None:
    assert service.accept(fired("Errors", 0), minute=1, delivery="d1").new
    assert service.accept(resolved("Errors", 0, 20), minute=21, delivery="d2").new
    before = service.the_watch()
    assert not service.accept(resolved("Errors", 0, 20), minute=29, delivery="d2").new
    service.accept(resolved("Errors", 0, 20), minute=29, delivery="other id, same words")
    assert service.the_watch() == before


def test_what_fires_again_in_the_quiet_period_goes_on_with_the_incident(service: Service) -> None:
    service.accept(fired("Errors", 0), minute=1)
    service.accept(resolved("Errors", 0, 20), minute=21)
    service.accept(fired("Errors", 25), minute=26)
    assert service.the_watch().state == "open"
    service.accept(resolved("Errors", 25, 40), minute=41)
    watch = service.the_watch()
    assert (watch.opened_at, watch.resolved_at, watch.due_at) == (at(0), at(40), at(50))


def test_what_fires_after_the_quiet_period_is_another_incident(service: Service) -> None:
    for began in (0, 60):
        service.accept(fired("Errors", began), minute=began + 1)
        service.accept(resolved("Errors", began, began + 20), minute=began + 21)
    assert [(one.opened_at, one.state) for one in service.watches()] == [(at(0), "quiet"), (at(60), "quiet")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_alerts_of_one_service_that_overlap_are_one_incident_in_any_order(
    service: Service, order: tuple[int, ...]
) -> None:
    alerts = [("Errors", 0, 20), ("Latency", 5, 30), ("Queue", 28, 45)]
    for number in order:
        name, began, ended = alerts[number]
        service.accept(fired(name, began), minute=50)
        service.accept(resolved(name, began, ended), minute=50)
    watch = service.the_watch()
    assert (watch.opened_at, watch.resolved_at, watch.title) == (at(0), at(45), "Errors and 2 more alerts")


def test_alerts_of_other_services_stay_apart_unless_their_sender_grouped_them(service: Service) -> None:
    service.accept(fired("Errors", 0, "cart"), minute=1)
    service.accept(fired("Errors", 1, "search"), minute=2)
    assert len(service.watches()) == 2
    service.accept(fired("SlowCart", 2, "cart"), fired("SlowSearch", 2, "search"), minute=3)
    assert service.the_watch().services == ("cart", "search")
    assert [one.state for one in service.watches()].count("merged") == 1


def test_an_alert_that_fires_for_days_holds_no_incident_open(service: Service) -> None:
    service.accept(fired("DiskFilling", -3 * 24 * 60), minute=0)
    service.accept(fired("Errors", 0), minute=1)
    service.accept(resolved("Errors", 0, 20), minute=21)
    assert [(one.title, one.state) for one in service.watches()] == [("DiskFilling", "open"), ("Errors", "quiet")]


def test_an_incident_of_a_source_takes_the_alerts_of_its_services(service: Service) -> None:
    service.accept(fired("Errors", 0), minute=1)
    service.accept(incident("INC-1", 3), minute=4)
    watch = service.the_watch()
    assert (watch.id, watch.kind, watch.severity) == ("INC-1", "incident", "SEV-2")
    service.accept(fired("Latency", 5), minute=6)
    assert service.the_watch().id == "INC-1"
    service.accept(incident("INC-1", 3, 30), minute=31)
    assert service.the_watch().due_at == at(40)
    service.accept(fired("Latency", 35), minute=36)
    assert service.the_watch().due_at == at(45), "a new alert begins the quiet period anew"


def test_an_incident_that_opens_again_is_followed_again(service: Service) -> None:
    service.accept(incident("INC-1", 0, 30), minute=31)
    first = service.the_watch()
    service.accept(incident("INC-1", 0), minute=33)
    again = service.the_watch()
    assert (first.state, again.state, again.due_at, again.generation) == ("quiet", "open", None, first.generation + 1)


def test_a_withdrawn_incident_is_not_followed_on(service: Service) -> None:
    service.accept(incident("INC-1", 0), minute=1)
    service.accept(Withdrawn("INC-1"), minute=2)
    service.accept(fired("Errors", 3), minute=4)
    assert {(one.id, one.state) for one in service.watches() if one.kind == "incident"} == {("INC-1", "withdrawn")}


def test_an_explicit_window_is_over_when_it_ends(service: Service) -> None:
    service.accept(incident("INC-1", 0, opened_at=None, window=Window(at(0), at(30))), minute=40)
    assert service.the_watch().due_at == at(40)


def test_no_secret_and_no_name_is_kept(service: Service) -> None:
    service.keys["roles"] = {"alice": "database lead"}
    told = fired("Errors", 0, body="password=hunter2hunter2 set by @alice", actor_role="login:alice")
    service.accept(told, minute=1)
    name = service.the_watch().id
    with service.store.watching() as desk:
        (kept,) = desk.kept(name)
    assert "hunter2" not in kept.event and "alice" not in kept.event and "database lead" in kept.event


def test_deliveries_are_forgotten_when_no_sender_repeats_them_any_more(service: Service) -> None:
    service.accept(fired("Errors", 0), minute=1, delivery="d1")
    late = timedelta(days=20).total_seconds() / 60
    service.accept(fired("Other", late, "search"), minute=late, delivery="d2")
    assert service.accept(fired("Errors", 0), minute=late, delivery="d1").new


def test_moments_that_state_no_episode_are_paired_by_their_order(service: Service) -> None:
    def plain(*moments: Event) -> list[Event]:
        return [replace(one, episode=None) for one in moments]

    service.accept(*plain(fired("Errors", 0), fired("Errors", 5)), minute=6)
    service.accept(*plain(resolved("Errors", 0, 20)), minute=21)
    watch = service.the_watch()
    assert (watch.opened_at, watch.resolved_at, watch.state, watch.title) == (at(0), at(20), "quiet", "Errors")
    service.accept(*plain(fired("Errors", 60), resolved("Errors", 0, 70)), minute=71)
    assert [(one.opened_at, one.resolved_at) for one in service.watches()] == [(at(0), at(20)), (at(60), at(70))]
