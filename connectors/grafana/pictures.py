"""Pictures of panels, as Grafana's image renderer draws them, kept as files.

https://grafana.com/docs/grafana/latest/setup-grafana/image-rendering/
"""

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from connectors.grafana.api import Api
from connectors.grafana.settings import Panels, ms
from pipeline.errors import SourceError
from pipeline.http import HttpError
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.writing import write_whole

WIDTH, HEIGHT = 1000, 500  # pixels
_PNG = b"\x89PNG\r\n\x1a\n"
NOT_INSTALLED = (
    "Grafana tells of no image renderer: there are no pictures of panels, and the links show the same span. Install "
    "grafana-image-renderer, or leave `pictures` out."
)
NOT_ASKED = (
    "Pictures of panels are not kept with the evidence: the links show the same span. Whoever opens them sees what "
    "Grafana's data source still has. Where Grafana has an image renderer, `pictures` names a folder for them."
)


class Pictures:
    """Draws panels into the folder `pictures`."""

    def __init__(self, api: Api, folder: Path) -> None:
        self._api, self._folder = api, folder

    def can_be_made(self) -> bool:
        """Whether Grafana says so: without a renderer it gives a picture that tells of that, and no error."""
        try:
            return value("rendererAvailable")(self._api.get("api/frontend/settings")) is True
        except HttpError:
            return False

    def of(self, wanted: Panels, number: int, window: Window) -> str:
        """Keep the picture of a panel over the window; its name and hash. SourceError where there is none."""
        chosen: dict[str, Any] = {f"var-{name}": text for name, text in wanted.variables.items()}
        span = {"from": ms(window.start), "to": ms(window.end), "tz": "UTC", "width": WIDTH, "height": HEIGHT}
        place = f"render/d-solo/{quote(wanted.dashboard, safe='')}/panel"
        drawn = self._api.raw(place, panelId=number, **span, **chosen)
        if not drawn.startswith(_PNG):
            raise SourceError(
                "the answer is no picture.", where=f"{self._api.settings.base}/{place}",
                fix="See the log of Grafana's image renderer.",
            )  # fmt: skip
        times = f"{window.start:%Y%m%dT%H%M%SZ}-{window.end:%Y%m%dT%H%M%SZ}"
        name = f"{re.sub(r'[^A-Za-z0-9_-]', '_', wanted.dashboard)}-{number}-{times}.png"
        try:
            write_whole(self._folder / name, drawn)
        except OSError as problem:
            raise SourceError(
                f"cannot be written: {problem.strerror}.", where=str(self._folder / name), fix="Check `pictures`."
            ) from None
        return f"{name} (SHA-256 {hashlib.sha256(drawn).hexdigest()})"
