"""Asking the API of a target."""

from collections.abc import Mapping
from typing import Any

from pipeline.http import Http, HttpError, HttpSettings
from pipeline.streams import mended_by

_FIXES = {
    401: "Check the credentials of this target.",
    403: "Give this account the right to write there.",
    404: "Check what the configuration names, and that the account may see it.",
}


class Api:
    """One target. Every call raises SourceError, and HttpError where it refused; `fixes` say how to mend a status."""

    def __init__(
        self, settings: HttpSettings, http: Http, root: str, headers: Mapping[str, str] | None = None,
        fixes: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        self.root, self._http, self._fixes = root, http, {**_FIXES, **(fixes or {})}
        self.session = http.session(settings)
        self.session.headers.update(headers or {})

    def ask(self, method: str, path: str, body: Any = None, /, **params: Any) -> Any:
        """The JSON of the answer; None where it has no body."""
        with mended_by(self._fixes):
            response = self.session.request(
                method, f"{self.root}/{path}".rstrip("/"), json=body, params=params, verify=self.session.verify,
                cert=self.session.cert,
            )  # fmt: skip
        return self._http.json(response) if response.content else None

    def find(self, path: str, /, **params: Any) -> Any:
        """What a GET gives; None where there is no such thing."""
        try:
            return self.ask("GET", path, **params)
        except HttpError as problem:
            if problem.status != 404:
                raise
            return None
