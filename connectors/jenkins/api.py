"""Asking Jenkins' JSON API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.jenkins.settings import JenkinsSettings
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_offset, value
from pipeline.streams import mended_by, objects

PAGE = 100
_FIELDS = (
    "number,url,result,timestamp,duration,building,description,"
    "actions[causes[userId],lastBuiltRevision[SHA1],parameters[name,value]]"
)
_FIXES = {
    401: "Check username, and that password is an API token of this account.",
    403: "Give the account the rights Overall/Read and Job/Read.",
    404: "Check the job's name with its folders, and that the account may see it.",
}
_ANY = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))  # there is no filter by time


class Api:
    """One Jenkins. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: JenkinsSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)

    def get(self, path: str, tree: str) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.settings.base}/{path}api/json", {"tree": tree})

    def builds(self, job: str) -> Iterator[Any]:
        """The builds of a job, newest first, in ranges of PAGE, until the caller stops."""
        where = f"{self.settings.base}/{path(job)}"

        def ask(_: Window, offset: int) -> Any:
            return self.get(path(job), f"allBuilds[{_FIELDS}]{{{offset},{offset + PAGE}}}")

        return by_offset(ask, _ANY, items=objects(where, "allBuilds"), key=value("number"), size=PAGE, where=where)


def path(job: str) -> str:
    """`job/shop/job/deploy/` for `shop/deploy`."""
    return "".join(f"job/{quote(part, safe='')}/" for part in job.strip("/").split("/"))
