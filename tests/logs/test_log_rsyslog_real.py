"""What a real rsyslog writes of messages in the old and in the new syslog format."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rsyslog_server import rsyslog

from pipeline.event import LogSummary
from pipeline.incident import Window
from pipeline.logs import Reduced

pytestmark = pytest.mark.real
LONG = Window(datetime(2026, 11, 24, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))  # rsyslog adds the year of today
Run = Callable[..., Reduced]
MESSAGES = (
    "<131>1 2026-11-24T18:30:00.123456+09:00 web-1 checkout 4711 ID47 - \ufeffpayment 4711 failed",  # from Tokyo
    '<131>1 2026-11-24T09:32:00Z web-1 checkout 4711 - [ex@32473 a="b"] empty\na.PoolException\n\tat a.B.c(B.java:1)',
    "<131>Nov 24 09:40:00 web-1 checkout[12]: payment 9 failed",  # neither year nor zone
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("rsyslog")
    with rsyslog(folder) as send:
        send(*MESSAGES)
        yield folder


def told(found: Reduced) -> dict[str, tuple[str, int, list[str]]]:
    """(level, count, minutes) by template."""
    return {one.template: (one.level, one.count, minutes(one)) for one in found.summaries}


def minutes(one: LogSummary) -> list[str]:
    return [f"{datetime.fromtimestamp(minute * 60, UTC):%H:%M}" for minute in sorted(one.histogram)]


def test_with_times_in_full_every_message_stands_at_its_time(written: Path, reduced: Run) -> None:
    """The byte order mark of RFC 5424 is no part of the text, and an escaped trace is one."""
    found = reduced(paths=(str(written / "protocol.log"),), window=LONG)
    assert told(found) == {
        "payment <*> failed": ("error", 2, ["09:30", "09:40"]),
        "a.PoolException at a.B.c": ("error", 1, ["09:32"]),
    }
    assert not found.account.rejected and {notice.kind for notice in found.notices} == {"no-baseline"}


def test_rsyslog_s_own_format_is_read_with_its_zones(written: Path, reduced: Run) -> None:
    found = reduced(paths=(str(written / "iso.log"),), window=LONG)
    assert sorted(minute for _, _, each in told(found).values() for minute in each) == ["09:30", "09:32", "09:40"]


def test_the_traditional_format_has_lost_the_zone_and_befell_says_so(written: Path, reduced: Run) -> None:
    """18:30+09:00 is written as 18:30: nobody can tell that it was 09:30."""
    found = reduced(paths=(str(written / "traditional.log"),))
    assert sorted(minute for _, _, each in told(found).values() for minute in each) == ["09:32", "09:40", "18:30"]
    assert {"assumed-zone", "assumed-year"} <= {notice.kind for notice in found.notices}
