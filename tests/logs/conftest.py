"""Shared by the log tests: a window on 24 November 2026, and a way to reduce a few lines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.event import Account, LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, reduce

DAY = Window(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))


def balanced(account: Account) -> bool:
    """The two equations that every reduction keeps."""
    return (
        account.read == account.parsed + account.rejected
        and account.parsed == account.outside_window + account.summarised
    )


@pytest.fixture
def reduced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reduced]:
    """reduced(lines, window=…, show=…, **LogSource fields) writes app.log and reduces it; the equations must hold."""
    monkeypatch.chdir(tmp_path)

    def run(
        content: "str | bytes | list[str] | None" = None, *, window: Window = DAY, show: int = 20,
        baseline: timedelta = timedelta(minutes=30), paths: tuple[str, ...] = ("app.log",), **fields: Any,
    ) -> Reduced:  # fmt: skip
        if content is not None:
            text = "".join(f"{line}\n" for line in content) if isinstance(content, list) else content
            Path("app.log").write_bytes(text.encode() if isinstance(text, str) else text)
        source = LogSource(paths=paths, name="web-logs", service="web", **fields)
        found = reduce([source], window, baseline=baseline, show=show)
        assert balanced(found.account)
        assert sum(summary.count for summary in found.summaries) == found.account.summarised
        return found

    return run
