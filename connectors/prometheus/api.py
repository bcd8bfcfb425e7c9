"""Asking a Prometheus: instant and range queries by its client library, the rest by plain HTTP."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Any

import requests

from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http, HttpSettings

Result = list[dict[str, Any]]


class Api:
    """One Prometheus. Every call raises SourceError, and HttpError where the server refused it."""

    def __init__(self, settings: HttpSettings, http: Http) -> None:
        self.base, self._settings, self._http = settings.base, settings, http
        self._session = http.session(settings)
        self._session.hooks["response"].append(self._note_warnings)  # after the body was read
        self._client: Any = None
        self._warned: dict[str, None] = {}

    def query(self, promql: str, at: datetime) -> Result:
        """An instant query; a raw range selector gives `values`, anything else `value`."""
        return self._ask(lambda client: client.custom_query(promql, params={"time": f"{at.timestamp():.3f}"}))

    def query_range(self, promql: str, start: int, end: int, step: int) -> Result:
        """A range query over whole Unix seconds, both ends included; the library would round anything else."""
        first, last = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
        return self._ask(lambda client: client.custom_query_range(promql, first, last, str(step)))

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The `data` of another endpoint, such as `rules` or `status/buildinfo`."""
        where = f"{self.base}/api/v1/{path}"
        answer = self._http.get(self._session, where, params)
        if not isinstance(answer, dict) or "data" not in answer:
            raise _not_prometheus(where, "the answer has no `data`")
        return answer["data"]

    def warnings(self) -> list[Notice]:
        """What the server said of its own answers since the last call: parts of them may be missing."""
        told, self._warned = list(self._warned), {}
        return [Notice(kind="partial-answer", detail=f"The server warns: {text}", gap=True) for text in told]

    def _ask(self, call: Callable[[Any], Any]) -> Result:
        from prometheus_api_client.exceptions import PrometheusApiClientException

        try:
            found = call(self._connected())
        except (PrometheusApiClientException, ValueError, LookupError, TypeError) as problem:
            raise _not_prometheus(self.base, f"{type(problem).__name__}: {problem}") from None
        if not isinstance(found, list):
            raise _not_prometheus(self.base, "the result is no list")
        return found

    def _connected(self) -> Any:
        if self._client is None:
            from prometheus_api_client.prometheus_connect import PrometheusConnect

            self._client = PrometheusConnect(
                url=self.base, session=self._session, retry=self._http.retry(), timeout=ceil(self._settings.timeout)
            )
        return self._client

    def _note_warnings(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """The library drops `warnings` (Thanos, Mimir) and `isPartial` (VictoriaMetrics): note them on the way."""
        if b'"warnings"' not in response.content and b'"isPartial":true' not in response.content:
            return
        try:
            answer = json.loads(response.content)
            told = [str(text) for text in answer.get("warnings") or ()]
            told += ["the answer is partial"] if answer.get("isPartial") is True else []
        except (ValueError, AttributeError, TypeError):  # no JSON object: the caller says so
            return
        self._warned.update(dict.fromkeys(told))


def quoted(text: str) -> str:
    """A PromQL string; its escapes are those of Go, which JSON's are a part of."""
    return json.dumps(text, ensure_ascii=False)


def _not_prometheus(where: str, why: str) -> SourceError:
    return SourceError(
        f"the answer is not one of the Prometheus API ({why[:200]}).",
        where=where,
        fix="Check that url is the root of the API, without /api/v1.",
    )
