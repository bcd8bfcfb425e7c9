"""Values of the configuration that are written in a form of their own."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic.functional_validators import AfterValidator

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")


def duration(value: Any) -> timedelta:
    """`90s`, `10m`, `2h` or `1d` as a timedelta; ValueError for all else."""
    found = _DURATION.fullmatch(str(value).strip())
    if not found:
        raise ValueError("is no duration: write a whole number and s, m, h or d, such as 90s, 10m, 2h, 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def positive(value: timedelta) -> timedelta:
    """The same; ValueError for none at all."""
    if not value:
        raise ValueError("should be longer than 0s")
    return value


Duration = Annotated[timedelta, BeforeValidator(duration)]
Severity = Literal["SEV-1", "SEV-2", "SEV-3", "SEV-4"]
Positive = Annotated[Duration, AfterValidator(positive)]
