"""A reviewer of the tests: a browser without a screen, which follows redirects and posts the forms of the page."""

import re
from html.parser import HTMLParser
from typing import Any

from support.followed import Service, open_client


class Form(HTMLParser):
    """The hidden fields of the first form whose action ends so."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside, self.fields, self.address = action, False, {}, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = not self.address and str(given.get("action")).endswith(self._action)
            self.address = str(given["action"]) if self._inside else self.address
        if self._inside and tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"] or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


class Alive(HTMLParser):
    """`found` is everything in a page that a browser would run or load, apart from our own static files."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        ours = tag == "script" and given.get("src", "").startswith("/static/")
        if tag in ("script", "style", "img", "iframe", "object", "embed", "base", "b") and not ours:
            self.found.append(f"<{tag} {given}>")
        for name, value in given.items():
            leads = name in ("href", "src", "action") and not value.startswith(("/", "#", "https://", "http://"))
            if name.startswith("on") or name in ("style", "srcdoc") or leads:
                self.found.append(f"{name}={value}")


class Browser:
    """`page` is the text of the page that it shows."""

    def __init__(self, service: Service, role: str = "", **more: Any) -> None:
        self.client = open_client(service, **more)
        self.page, self.status = "", 0
        if role:
            self.get("/")
            self.submit("/login", token=service.token(role))

    def get(self, address: str, **headers: str) -> "Browser":
        return self._shown(self.client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    def submit(self, action: str, **fields: str) -> "Browser":
        """Fill in and post the form of this page that goes to `action`."""
        form = Form(action)
        form.feed(self.page)
        assert form.address, f"no form goes to {action}:\n{self.page}"
        return self._shown(self.client.post(form.address, data={**form.fields, **fields}))

    def _shown(self, answer: Any) -> "Browser":
        self.page, self.status, self.headers = answer.text, answer.status_code, answer.headers
        return self

    def text(self) -> str:
        """What a reader sees: no tags, and every run of white space one blank."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.page).split())
