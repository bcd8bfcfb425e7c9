"""What the alerting rules that exist now say of an alert: its condition, its `for`, its annotations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_LABEL = re.compile(r"\{\{-?\s*\$labels\.(\w+)\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One alerting rule; `active` has the alerts of now, whose annotations the server rendered."""

    name: str
    query: str
    hold_s: float
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    active: tuple[Mapping[str, Any], ...] = ()

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels can come from this rule; templated rule labels are not compared."""
        return self.name == labels.get("alertname") and all(
            labels.get(name) == value for name, value in self.labels.items() if "{{" not in value
        )

    def texts(self, labels: Mapping[str, str], since: float | None) -> Mapping[str, str]:
        """The annotations of this episode: as the server rendered them, else without those that need a value.

        `{{ $labels.x }}` is known from the alert itself; `{{ $value }}` of the past is not, so it is left out.
        """
        for alert in self.active:
            if alert.get("labels") == labels and since is not None and _second(alert.get("activeAt")) == int(since):
                return dict(alert.get("annotations") or {})
        filled = {
            name: _LABEL.sub(lambda found: labels.get(found[1], ""), text) for name, text in self.annotations.items()
        }
        return {name: text for name, text in filled.items() if "{{" not in text}


def rules(data: Any) -> Iterator[Rule]:
    """The alerting rules in the answer of /api/v1/rules."""
    for group in data.get("groups", ()):
        for rule in group.get("rules", ()):
            if rule.get("type", "alerting") == "alerting":
                yield Rule(
                    name=str(rule.get("name", "")),
                    query=str(rule.get("query", "")),
                    hold_s=float(rule.get("duration") or 0),
                    labels=rule.get("labels") or {},
                    annotations=rule.get("annotations") or {},
                    active=tuple(rule.get("alerts") or ()),
                )


def rule_of(found: Iterable[Rule], labels: Mapping[str, str]) -> Rule | None:
    """The rule that an alert comes from; None where none or more than one fits."""
    fitting = [rule for rule in found if rule.fits(labels)]
    return fitting[0] if len(fitting) == 1 else None


def _second(text: Any) -> int | None:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except ValueError:
        return None
