"""Charging a card with the payment provider, over HTTP or HTTPS."""

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

from .settings import Settings


class PaymentError(Exception):
    """The provider did not take the payment."""


def charge(settings: Settings, order: dict[str, Any]) -> None:
    """Return once the provider has taken the money; PaymentError says why it has not."""
    url, timeout = urlsplit(settings["payment_url"]), settings["payment_timeout_s"]
    connection: http.client.HTTPConnection
    if url.scheme == "https":
        trusted = ssl.create_default_context(cafile=settings["payment_ca"])
        connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=timeout, context=trusted)
    else:
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=timeout)
    try:
        connection.request("POST", url.path, json.dumps({"amount": order["total"]}))
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as problem:
        raise PaymentError(f"payment provider: {problem}") from problem
    finally:
        connection.close()
    if answer.status != 200:
        raise PaymentError(f"payment provider answered {answer.status}")
