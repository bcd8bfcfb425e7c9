"""What connectors to feature-flag services share."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import requests


def service(services: Mapping[str, str], flag: str, project: str) -> str:
    """The service of the first glob that fits the flag or its project, else "": a flag names no service itself."""
    return next((name for glob, name in services.items() if fnmatchcase(flag, glob) or glob == project), "")


def bare_token(session: requests.Session, token: str) -> None:
    """Send the token as `Authorization: TOKEN`, without the word Bearer."""

    def authorized(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = token
        return request

    session.auth = authorized
