"""A real browser, the Chromium of the system, and what is wrong with a page for those who use it in another way."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.servers import require

AXE = Path(__file__).parent / "axe" / "axe.min.js"  # axe-core 4.14.1 (MPL-2.0, its licence beside it)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A playwright browser; what it does stays on this machine."""
    require("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def faults(page: Any) -> list[str]:
    """What axe-core finds that is serious or critical."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def overflows(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return max(0, int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth")))
