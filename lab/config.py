"""The befell configurations of a run: one asks the live Prometheus, one has only what was recorded."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from lab.servers import PROMETHEUS_PUBLIC
from lab.story import AFTER_S

ERRORS = 'rate(http_requests_total{service="checkout",status=~"5.."}[5s])'
REQUESTS = 'rate(http_requests_total{service="checkout"}[5s])'
LATENCY = 'rate(http_request_duration_seconds_bucket{service="checkout"}[5s])'
METRICS: tuple[dict[str, Any], ...] = (
    {
        "name": "error ratio", "unit": "ratio", "objective": 0.05,
        "query": f"sum by (service) ({ERRORS}) / sum by (service) ({REQUESTS})",
    },
    {
        "name": "latency p95", "unit": "s", "objective": 1,
        "query": f"histogram_quantile(0.95, sum by (le, service) ({LATENCY}))",
    },
    {
        "name": "database connections in use", "unit": "connections",
        "query": 'sum by (service) (db_pool_in_use{service="checkout"})',
    },
)  # fmt: skip
LINK = PROMETHEUS_PUBLIC + "/graph?g0.expr={expr}&g0.tab=0&g0.range_input={range}&g0.end_input={end}"


def live(prometheus_url: str) -> dict[str, Any]:
    """Beside the files of a run, while its Prometheus answers."""
    metrics = [metric | {"service": "checkout", "bad": "up", "step": 1} for metric in METRICS]
    prometheus = {"use": "prometheus", "name": "prometheus", "url": prometheus_url, "link": LINK, "metrics": metrics}
    return _configuration([], {"path": "repo"}, [prometheus])


def recorded() -> dict[str, Any]:
    """In the example: alerts and metrics are files too, and the deploys come from a bundle."""
    series = [{"path": csv_of(metric["name"])} | metric | {"service": "checkout", "bad": "up"} for metric in METRICS]
    metrics = [{"use": "files", "name": "metrics", "series": series}]
    return _configuration(["alerts.jsonl"], {"url": "repo.bundle"}, metrics)


def csv_of(metric: str) -> str:
    return f"metrics/{metric.replace(' ', '-')}.csv"


def _configuration(alerts: list[str], repository: dict[str, str], metrics: list[dict[str, Any]]) -> dict[str, Any]:
    events = ["pages.jsonl", "status.jsonl", "chat.jsonl", *alerts]
    paths = (("checkout", "checkout.log*"), ("checkout", "access.log*"), ("search", "search.log*"))
    deploys = [{"tags": "deploy/*"}]
    names = r"deploy/(?P<service>[^/]+)/\d+-(?P<version>.+)"
    logs = [{"path": f"logs/{path}", "service": service} for service, path in paths]
    return {
        "incidents": {"from": "events"},
        "window": {"before": "2m", "after": f"{AFTER_S:.0f}s"},
        "roles": {"deploys@shop.example": "deploy pipeline"},
        "connectors": [
            {"use": "files", "name": "events", "events": events, "incidents": "incidents.json"},
            {"use": "files", "name": "logs", "logs": logs},
            {"use": "git", "name": "deploys", **repository, "deploys": deploys, "service_pattern": names},
            *metrics,
        ],
    }


def write(path: Path, configuration: dict[str, Any]) -> None:
    yaml = YAML()
    yaml.width = 4096  # a query stays on its line
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(configuration, path)
