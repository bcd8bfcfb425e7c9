"""Shapes that the load brought: too few connections, a spike."""

from lab.shapes.shape import EVERYTHING, WATCHED, Shape, Told
from lab.shapes.stage import Stage

SPIKE = 150.0


def saturation(stage: Stage) -> Told:
    """More and more orders come; a larger pool ends it."""
    stage.quiet(45)
    for rate in (40.0, 60.0, 80.0, 100.0):
        stage.load.rate = rate
        stage.says(f"Campaign mail sent, batch of {rate:.0f},000", wait=3) if rate == 40.0 else stage.pause(3)
    page = stage.page()
    seen = stage.respond(page)
    stage.says("All connections are busy, the database itself is idle.", wait=3)
    mitigated = stage.set(pool_size=12)
    scaled = stage.people.did("action", "Scaled the connection pool of checkout up from 2 to 12")
    said = stage.says("The pool has 12 connections now instead of 2.", wait=1)
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, key=(seen, stage.best(scaled, said)))


def spike(stage: Stage) -> Told:
    """Far more orders than the database can serve; those above the limit are turned away until the spike is over."""
    stage.quiet(28)
    stage.load.rate = SPIKE
    page = stage.page()
    seen = stage.respond(page)
    stage.says("More than seven times the usual number of orders.", wait=3)
    mitigated = stage.set(rate_limit=30)
    limited = stage.people.did("change", "Rate limit of 30 orders a second enabled at checkout")
    stage.says("Excess orders get a 429 now, the others go through.", wait=10)
    stage.load.rate = stage.shape.rate
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, key=(seen, limited))


_SATURATION = (
    "Demand grows until the pool of two connections cannot serve it; a larger pool does. No change of ours before it: "
    "the only trigger is demand."
)
SHAPES = (
    Shape(
        name="saturation", title="Checkout is slow and orders fail", play=saturation, settings={
            "pool_size": 2, "pool_timeout_s": 0.3,
        }, notes=_SATURATION,
    ),
    Shape(
        name="saturation-words", title="Checkout is slow and orders fail", watch_s=WATCHED, play=saturation, settings={
            "pool_size": 2, "pool_timeout_s": 0.3,
        }, evidence=EVERYTHING - {"changes", "logs"},
        notes=f"{_SATURATION} That it was made larger is said in a message only. No logs.",
    ),
    Shape(
        name="spike", title="Orders time out at checkout", watch_s=WATCHED, play=spike, settings={
            "pool_size": 3, "pool_timeout_s": 0.3,
        }, evidence=EVERYTHING - {"logs"},
        notes="A spike of traffic is shed by a rate limit. Orders above it are answered 429 until the spike is over, "
        "which is no failure of checkout. No logs.",
    ),
)  # fmt: skip
