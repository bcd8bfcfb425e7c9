"""Shapes that a release brought: it is rolled back, or it is restarted first, or it hurts slowly."""

from lab.shapes.shape import EVERYTHING, WATCHED, Shape, Told
from lab.shapes.stage import GOOD, Stage, now

LEAK, PARCELS, SEEN, GIFTS = "v2.1.0", "v2.2.0", "v2.3.0", "v2.4.0"


def bad_deploy(stage: Stage) -> Told:
    stage.quiet(50)
    trigger, at = stage.deploy(stage.shape.releases[0][1])
    page = stage.page()
    seen = stage.respond(page)
    stage.says("Every failure has the same error in the log.")
    stage.commander(f"It began with the release. Going back to {GOOD}.")
    undone, mitigated = stage.deploy(GOOD, rollback=True)
    said = stage.says(f"Rollback to {GOOD} is complete.", wait=0.5)
    stage.all_clear()
    key = trigger, seen, stage.best(undone, said)
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=key)


def relapse(stage: Stage) -> Told:
    """A restart frees what had leaked; the incident is called resolved, and comes back."""
    stage.quiet(25)
    trigger, at = stage.deploy(LEAK)
    page = stage.page()
    seen = stage.respond(page)
    stage.services.restart("checkout", LEAK)
    first = stage.people.did("action", "Restarted checkout")
    before = len(stage.pager.of("checkout", "firing"))
    stage.says("All connections were in use. Orders go through again since the restart.", wait=8)
    stage.people.post("resolved", "Orders go through again.")
    stage.page_after(before)
    stage.says("The errors are back, connections climb again.")
    stage.people.post("investigating", "Orders fail again. We are looking into it.")
    stage.commander(f"The climb began with the release. Rolling back to {GOOD}.")
    undone, mitigated = stage.deploy(GOOD, rollback=True)
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=(trigger, seen, first, undone))


def slow_burn(stage: Stage) -> Told:
    """Each order takes a little longer than the one before, until the database gives up."""
    stage.quiet(25)
    trigger, at = stage.deploy(SEEN)
    page = stage.page(90)
    seen = stage.respond(page)
    stage.says("Latency has climbed steadily for a while. No idea yet what grows.")
    stage.services.restart("checkout", SEEN)
    mitigated = now()
    said = stage.says("Restarted checkout: latency is back to normal.", wait=4)
    undone, undone_at = stage.deploy(GOOD, rollback=True)
    stage.all_clear()
    return Told(
        detected=page.at, mitigated=mitigated, trigger=at, key=(trigger, seen, said, undone),
        alternates={"mitigated": (undone_at,)},
    )  # fmt: skip


def early_warning(stage: Stage) -> Told:
    """The alert on the pool comes long before the first order fails."""
    stage.quiet(20)
    trigger, at = stage.deploy(GIFTS)
    page = stage.page(90)
    stage.pager.acknowledge(page)
    stage.says("Connections in use climb, no errors so far. Keeping an eye on it.", wait=3)
    stage.wait_for_failures()
    stage.support("First customers report that they cannot order.")
    stage.open()
    stage.says("The pool has run out.")
    undone, mitigated = stage.deploy(GOOD, rollback=True)
    stage.says(f"Checkout is on {GOOD} again.", wait=1)
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=(trigger, page.id, undone))


def human_first(stage: Stage) -> Told:
    """The alert waits for long; a customer does not."""
    stage.quiet(28)
    trigger, at = stage.deploy(PARCELS)
    stage.wait_for_failures(20)
    stage.support("Customers report that their order fails with an error.", wait=3)
    detected, told = now(), f"M-{stage.people.messages}"
    stage.says("I can reproduce it with five items in the basket.", wait=4)
    stage.open()
    page = stage.page(60)
    stage.pager.acknowledge(page)
    undone, mitigated = stage.deploy(GOOD, rollback=True)
    stage.all_clear()
    return Told(detected=detected, mitigated=mitigated, trigger=at, key=(trigger, told, page.id, undone))


def overlapping(stage: Stage) -> Told:
    """Search has an incident of its own at the same time; only that of checkout is asked for."""
    stage.quiet(26)
    stage.deploy("v2.9.0", "search")
    stage.page(service="search")
    stage.says("search: errors since the release of search, rolling back soon.", wait=2, service="search")
    trigger, at = stage.deploy(LEAK)
    page = stage.page()
    seen = stage.respond(page)
    stage.deploy("v2.8.0", "search", rollback=True)
    stage.commander(f"For checkout: rolling back to {GOOD}.", wait=4)
    undone, mitigated = stage.deploy(GOOD, rollback=True)
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, trigger=at, key=(trigger, seen, undone))


_LEAK = ("checkout", LEAK, "Take gift cards as payment")
_PARCELS = ("checkout", PARCELS, "Choose the parcel by the number of items")
SHAPES = (
    Shape(
        name="bad-deploy", title="Orders fail at checkout", play=bad_deploy, releases=(_PARCELS,), seeds=(1, 2),
        notes="A release fails each order of five items or more from its first request on, and is rolled back.",
    ),
    Shape(
        name="bad-deploy-git-only", title="Checkout errors", play=bad_deploy, releases=(_LEAK,),
        evidence=EVERYTHING - {"logs", "changes", "chat"},
        notes="A release leaks connections until none is left. Deploy and rollback stand in git only; no logs.",
    ),
    Shape(
        name="bad-deploy-words", title="Orders fail at checkout", play=bad_deploy, releases=(_LEAK,), watch_s=WATCHED,
        evidence=EVERYTHING - {"logs", "changes", "git"},
        notes="A release leaks connections until none is left. Only messages tell of the rollback.",
    ),
    Shape(
        name="relapse", title="Orders fail at checkout, again", play=relapse, releases=(_LEAK,),
        notes="A restart helps, the incident is called resolved, and the leak fills the pool once more. Rolled back. "
        "Mitigated is the rollback: what the restart cured came back by itself.",
    ),
    Shape(
        name="slow-burn", title="Checkout is slow and fails", play=slow_burn, alarms={"CheckoutErrorRateHigh": 2},
        watch_s=WATCHED,
        releases=(("checkout", SEEN, "Find orders that were sent twice"),), evidence=EVERYTHING - {"changes"},
        notes="Each order makes the next slower until statements time out. Only a message tells of the restart that "
        "ended the impact; the rollback a few seconds later keeps it away, and counts as mitigation too.",
    ),
    Shape(
        name="early-warning", title="Orders fail at checkout", play=early_warning, alarms={
            "CheckoutDbPoolAlmostFull": 1, "CheckoutErrorRateHigh": 2,
        }, releases=(("checkout", GIFTS, "Wrap large gifts"),), rate=24.0,
        notes="Connections leak slowly; the alert on the pool fires long before the first order fails. Detected is "
        "that alert: it was acknowledged and watched.",
    ),
    Shape(
        name="human-first", title="Customers cannot order", play=human_first, releases=(_PARCELS,),
        alarms={"CheckoutErrorRateHigh": 18}, evidence=EVERYTHING - {"metrics", "changes"},
        notes="The rule has a long `for`: a message of the support lead comes before any alert. No metrics.",
    ),
    Shape(
        name="overlapping", title="Orders fail at checkout", watch_s=WATCHED, play=overlapping,
        releases=(("search", "v2.9.0", "Search for synonyms"), _LEAK),
        alarms={"CheckoutErrorRateHigh": 2, "CheckoutLatencyHigh": 3, "SearchErrorRateHigh": 1},
        notes="Search has an incident of its own (release, alert, rollback) that overlaps; nothing of it belongs here.",
    ),
)  # fmt: skip
