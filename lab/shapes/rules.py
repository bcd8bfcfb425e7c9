"""The alerting rules that a shape chooses from, as Prometheus reads them."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from lab.config import ERRORS, LATENCY, REQUESTS

_RATIO = f"sum by (service) ({ERRORS}) / sum by (service) ({REQUESTS})"
_RULES: dict[str, tuple[str, str, str]] = {  # name: (expression, severity, summary)
    "CheckoutErrorRateHigh": (f"{_RATIO} > 0.05", "critical", "More than 5 % of checkouts fail"),
    "CheckoutLatencyHigh": (
        f"histogram_quantile(0.95, sum by (le, service) ({LATENCY})) > 0.5", "warning",
        "The slowest 5 % of checkouts take more than 0.5 s",
    ),
    "CheckoutDbPoolAlmostFull": (
        'min by (service) (db_pool_in_use{service="checkout"} / db_pool_size{service="checkout"}) >= 0.5', "warning",
        "Half or more of the database connections of checkout are in use",
    ),
    "CheckoutDown": ('min by (service) (up{service="checkout"}) == 0', "critical", "Checkout does not answer"),
    "ConfirmationsLate": (
        'max by (service) (mail_oldest_seconds{service="checkout"}) > 5', "warning",
        "Confirmation mails wait more than 5 s",
    ),
    "SearchErrorRateHigh": (
        _RATIO.replace('"checkout"', '"search"') + " > 0.05", "critical", "More than 5 % of searches fail",
    ),
}  # fmt: skip


def text(chosen: dict[str, int]) -> str:
    """The rule file of these alerts, each with the seconds of its `for`."""
    rules: list[dict[str, Any]] = []
    for name, holds_s in chosen.items():
        expression, severity, summary = _RULES[name]
        notes = {"summary": summary, "runbook_url": f"https://runbooks.example/shop/{name.lower()}"}
        rules.append({
            "alert": name, "expr": expression, "for": f"{holds_s}s", "labels": {"severity": severity},
            "annotations": notes,
        })  # fmt: skip
    out = StringIO()
    YAML().dump({"groups": [{"name": "shop", "rules": rules}]}, out)
    return out.getvalue()
