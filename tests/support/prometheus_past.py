"""A past incident as samples, written as OpenMetrics: `servers.prometheus(folder, openmetrics=incident().text())`."""

from collections.abc import Callable
from datetime import UTC, datetime

from pipeline.incident import Window

DAY = datetime(2026, 3, 10, tzinfo=UTC)
WINDOW = Window(DAY.replace(hour=14), DAY.replace(hour=15))
SPACING = 15


def at(clock: str) -> datetime:
    """`"14:02:03"` on the day of the incident, UTC."""
    hours, minutes, seconds = map(int, clock.split(":"))
    return DAY.replace(hour=hours, minute=minutes, second=seconds)


class Past:
    """Samples of the past, as OpenMetrics wants them: grouped by metric."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}

    def samples(
        self, metric: str, labels: str, value: Callable[[int], float], first: str, last: str, every: int
    ) -> None:
        seconds = range(int(at(first).timestamp()), int(at(last).timestamp()) + 1, every)
        rows = self.lines.setdefault(metric, [])
        rows += [f"{metric}{{{labels}}} {value(second)} {second}" for second in seconds]

    def alert(self, labels: str, active: str | None, fired: str | None, last: str) -> None:
        """One episode: pending from `active`, firing from `fired` (never where None) to its `last` sample."""
        if active and fired != active:
            until = at(fired).timestamp() - SPACING if fired else at(last).timestamp()
            pending = datetime.fromtimestamp(until, UTC).strftime("%H:%M:%S")
            self.samples("ALERTS", f'{labels},alertstate="pending"', lambda _: 1, active, pending, SPACING)
        if fired:
            self.samples("ALERTS", f'{labels},alertstate="firing"', lambda _: 1, fired, last, SPACING)
        if active:
            since = at(active).timestamp()
            self.samples("ALERTS_FOR_STATE", labels, lambda _: since, active, last, SPACING)

    def text(self) -> str:
        parts = [f"# TYPE {name} gauge\n" + "\n".join(rows) + "\n" for name, rows in self.lines.items()]
        return "".join(parts) + "# EOF\n"


def incident() -> Past:
    past = Past()
    checkout = 'alertname="CheckoutErrors",service="checkout",severity="page",instance="shop:1"'
    past.alert(checkout, "14:10:03", "14:12:03", "14:20:03")
    queue = 'alertname="QueueLag",service="queue",severity="warning"'
    past.alert(queue, "14:30:03", "14:30:03", "14:31:03")
    past.alert(queue, "14:31:33", "14:31:33", "14:32:33")  # a pause of one evaluation only
    past.alert(queue, "14:40:03", "14:40:03", "14:41:03")
    past.alert('alertname="DiskFilling",service="db"', "14:15:03", None, "14:16:33")
    past.alert('alertname="CacheCold",job="cache"', "13:30:03", "13:35:03", "14:05:03")
    past.alert('alertname="PaymentsDown",service="payments",severity="critical"', "14:50:03", "14:50:03", "15:30:03")
    past.alert('alertname="HighLatency",service="web"', "14:11:03", "14:12:03", "14:18:03")
    past.alert('alertname="HighLatency",service="api"', "14:11:18", "14:12:18", "14:19:03")
    past.alert('alertname="Blip",service="web",severity="info"', "14:25:03", "14:25:03", "14:25:03")
    past.alert('alertname="Watchdog"', "13:00:03", "13:00:03", "15:30:03")
    past.alert('alertname="Legacy",instance="old:1"', None, "14:02:03", "14:03:03")  # no ALERTS_FOR_STATE is kept
    past.alert('alertname="Legacy",instance="old:1"', None, "14:45:03", "14:46:03")
    past.alert('alertname="Over",service="edge"', "13:57:03", "13:57:03", "13:58:03")  # ends before the window
    past.samples("errors_ratio", 'service="checkout"', lambda s: s % 7 / 100, "12:00:00", "16:00:00", 1)
    for number in range(25):
        past.samples("pods", f'pod="p{number:02}",job="kube"', lambda _, n=number: n, "14:00:00", "14:30:00", 60)
    past.samples("odd", 'job="x"', lambda s: float("nan") if s % 2 else float("inf"), "14:00:00", "14:30:00", 15)
    return past
