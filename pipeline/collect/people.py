"""People appear by role: logins, names and mentions become the role that the configuration gives them."""

import re
from collections.abc import Mapping

UNKNOWN = "a responder"
_GROUPS = frozenset(("here", "channel", "everyone", "all"))
# An @name, or Slack's <@U024BE7LH|name>; not the inside of an address, a path or a package (`@scope/name`).
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w.@/`-])@([A-Za-z][\w.-]*\w)(?![\w/@])")


class People:
    """`roles` maps a login, an address or a name to a role; case does not count."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._roles = {login.casefold(): role for login, role in roles.items()}
        self._local = {login.partition("@")[0]: role for login, role in self._roles.items()}
        names = sorted(map(re.escape, self._roles), key=len, reverse=True)
        address = r"(?:@[\w-]+(?:\.[\w-]+)+)?"  # alice is meant by alice@example.org too
        self._known = (
            re.compile(rf"(?<![\w./-])@?({'|'.join(names)}){address}(?![\w/@-]|\.\w)", re.IGNORECASE) if names else None
        )

    def role(self, login: str) -> str:
        """The role of a login: by the whole of it, else by what stands before the `@`, else "a responder"."""
        whole = login.strip().casefold()
        return self._roles.get(whole) or self._local.get(whole.partition("@")[0]) or UNKNOWN

    def actor(self, actor: str) -> str:
        """The role for `login:NAME`; anything else is a role already."""
        return self.role(actor.removeprefix("login:")) if actor.startswith("login:") else actor

    def may_be_in(self, texts: str) -> bool:
        """Whether these texts may hold a name, a mention or a login; False is certain."""
        return "@" in texts or "login:" in texts or bool(self._known and self._known.search(texts))

    def names(self, text: str) -> str:
        """The text with every known login or name replaced by its role."""
        return self._known.sub(lambda found: self._roles[found[1].casefold()], text) if self._known else text

    def mentions(self, text: str) -> str:
        """The text with known names and every mention of a person replaced; groups such as @here stay."""

        def replaced(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            return found[0] if name.casefold() in _GROUPS else self.role(name)

        return _MENTION.sub(replaced, self.names(text)) if "@" in text else self.names(text)
