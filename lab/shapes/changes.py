"""Shapes that a change of settings brought: a config push, a flag, a value that keeps the service from starting."""

import time

from lab.processes import wait_for
from lab.shapes.shape import EVERYTHING, WATCHED, Shape, Told
from lab.shapes.stage import GOOD, Stage, now


def config_push(stage: Stage) -> Told:
    """A restart changes nothing, taking the push back does."""
    stage.quiet(45)
    at = stage.set(statement_timeout_ms=20)
    pushed = stage.people.did("change", "Set statement_timeout_ms of checkout to 20")
    page = stage.page()
    seen = stage.respond(page)
    stage.says("Statements are cancelled by the database. Trying a restart.")
    stage.services.restart("checkout", GOOD)
    first = stage.people.did("action", "Restarted checkout")
    stage.says("The restart had no effect, orders still fail.", wait=6)
    stage.commander("There was a config push just before. Taking it back.")
    mitigated = stage.set(statement_timeout_ms=1000)
    undone = stage.people.did("change", "Reverted statement_timeout_ms of checkout to 1000")
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=(pushed, seen, first, undone))


def flag(stage: Stage) -> Told:
    stage.quiet(45)
    at = stage.set(flags={"express-delivery": True})
    on = stage.people.did("change", "Flag express-delivery switched on for all customers")
    page = stage.page()
    seen = stage.respond(page)
    stage.says("All failures come from the code behind a flag.", wait=3)
    mitigated = stage.set(flags={"express-delivery": False})
    off = stage.people.did("change", "Flag express-delivery switched off")
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=(on, seen, off))


def restart_loop(stage: Stage) -> Told:
    """A value that is no number keeps checkout from starting; a supervisor tries again and again."""
    stage.quiet(28)
    at = stage.set(pool_size="ten")
    pushed = stage.people.did("change", "Set pool_size of checkout to ten")
    supervisor = stage.supervise()
    page = stage.page()
    seen = stage.respond(page)
    stage.says("Checkout crashes as soon as it starts.", wait=3)
    stage.set(pool_size=10)
    undone = stage.people.did("change", "Reverted pool_size of checkout to 10")
    wait_for("checkout to start", lambda: not supervisor.is_alive(), 30)
    running = now()
    time.sleep(0.5)
    stage.says("Checkout has started.", wait=0.5)
    stage.all_clear()
    return Told(detected=page.at, mitigated=running, trigger=at, key=(pushed, seen, undone))


SHAPES = (
    Shape(
        name="config-push", title="Orders fail at checkout", play=config_push,
        notes="A setting lets the database cancel every order. A restart, the first mitigation, changes nothing; "
        "taking the setting back does.",
    ),
    Shape(
        name="flag", title="Checkout fails for all customers", watch_s=WATCHED, play=flag, severity="SEV-1",
        evidence=EVERYTHING - {"metrics", "pages"},
        notes="A feature flag leads into code that fails each order, and is switched off. No metrics, no pager.",
    ),
    Shape(
        name="flag-no-logs", title="Checkout fails for all customers", play=flag, severity="SEV-1",
        evidence=EVERYTHING - {"logs", "status"},
        notes="As flag, with metrics and without logs and status posts.",
    ),
    Shape(
        name="restart-loop", title="Checkout is down", play=restart_loop, severity="SEV-1",
        alarms={"CheckoutDown": 1}, metrics=("instances up",),
        notes="A setting that is no number was pushed and checkout restarted: it crashes at each start. Nobody "
        "answers, so the error ratio has no value meanwhile. Mitigated is the first start that stood.",
    ),
)  # fmt: skip
