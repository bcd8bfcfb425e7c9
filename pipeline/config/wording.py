"""How drafts are worded: fields of one's own."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic.functional_validators import AfterValidator

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Keys that befell writes itself.
_TAKEN = frozenset(
    (
        "befell", "incident", "title", "severity", "status", "language", "services", "postmortem_required", "window",
        "milestones", "review_due", "overrides", "generated",
    )
)  # fmt: skip
FieldValue = bool | int | str | list[str] | None


def _named(fields: Mapping[str, FieldValue]) -> Mapping[str, FieldValue]:
    for name in fields:
        if name in _TAKEN:
            raise ValueError(f"has {name}, a key of every draft: choose another name")
        if not _NAME.fullmatch(name):
            raise ValueError(f"has {name!r}: begin with a small letter; small letters, digits and _ may follow")
    return fields


Fields = Annotated[Mapping[str, FieldValue], AfterValidator(_named)]
