"""Pictures of panels: kept where Grafana draws them, a notice where it does not."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from grafana_stub import BOARD, PICTURE, Grafana, running

from connectors.grafana import GrafanaConnector
from pipeline.event import Event, Notice
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NAME = "cart_over-2-20261124T090000Z-20261124T110000Z.png"


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with running(Grafana(dashboards={"cart%2Fover": BOARD}, renderer=True)) as held:
        yield held


def connector(held: Grafana, base: Path, **settings: Any) -> GrafanaConnector:
    panels = [{"dashboard": "cart/over", "panels": [2], "variables": {"env": "prod"}}]
    given = {
        "use": "grafana", "name": "boards", "url": held.url, "token": "t0ken", "annotations": False, "alerts": False,
        "panels": panels, **settings,
    }  # fmt: skip
    checked = GrafanaConnector.Settings.model_validate(given, context={"base": base})
    return GrafanaConnector(checked, Http(30, lambda: WINDOW.end))


def test_a_picture_is_kept_and_named_with_its_hash(grafana: Grafana, tmp_path: Path) -> None:
    (one,) = connector(grafana, tmp_path, pictures="kept").events(WINDOW)
    assert (tmp_path / "kept" / NAME).read_bytes() == PICTURE
    assert isinstance(one, Event) and f"{NAME} (SHA-256 {hashlib.sha256(PICTURE).hexdigest()})" in one.body
    (asked,) = [params for path, params in grafana.asked if path == "/render/d-solo/cart%2Fover/panel"]
    assert (asked["from"], asked["to"], asked["tz"]) == (["1795510800000"], ["1795518000000"], ["UTC"])
    assert (asked["panelId"], asked["var-env"]) == (["2"], ["prod"])


@pytest.mark.parametrize("hidden", [False, True])
def test_without_a_renderer_there_is_a_notice_and_no_picture(grafana: Grafana, tmp_path: Path, hidden: bool) -> None:
    """Grafana would answer with a picture that says that nothing is installed."""
    grafana.renderer, grafana.refuse = False, {"/api/frontend/settings": 403} if hidden else {}
    link, notice = connector(grafana, tmp_path, pictures="kept").events(WINDOW)
    assert isinstance(link, Event) and isinstance(notice, Notice) and "no image renderer" in notice.detail
    assert not list(tmp_path.iterdir())


def test_a_picture_that_fails_costs_the_picture_only(grafana: Grafana, tmp_path: Path) -> None:
    grafana.refuse = {"/render/d-solo/cart%2Fover/panel": 404}
    notice, link = connector(grafana, tmp_path, pictures="kept").events(WINDOW)
    assert isinstance(notice, Notice) and "Panel 2 of dashboard Cart was not drawn" in notice.detail
    assert isinstance(link, Event) and link.url


def test_a_folder_that_cannot_be_written_is_told(grafana: Grafana, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    notice, _ = connector(grafana, tmp_path, pictures="kept").events(WINDOW)
    assert isinstance(notice, Notice) and "cannot be written" in notice.detail


def test_doctor_says_whether_panels_can_be_drawn(grafana: Grafana, tmp_path: Path) -> None:
    for there in (True, False):
        grafana.renderer = there
        found = {one.name: one for one in connector(grafana, tmp_path, pictures="kept").check()}["image renderer"]
        assert found.ok is there and ("grafana-image-renderer" in found.fix) is not there
