"""Shapes that a dependency brought: the payment provider, its certificate, the mail relay."""

import time
from datetime import UTC, datetime

from lab.processes import free_port
from lab.shapes.shape import EVERYTHING, WATCHED, Shape, Told
from lab.shapes.stage import Stage, now


def outage(stage: Stage) -> Told:
    """The provider stops, and starts again: nobody here did anything that helped."""
    stage.quiet(45)
    stage.stop_provider("payment")
    page = stage.page()
    seen = stage.respond(page)
    stage.says("The payment provider refuses connections. Nothing we can do but wait.", wait=3)
    stage.commander("Provider says on the phone that they know.", wait=stage.chance.uniform(6, 12))
    stage.start_provider("payment")
    stage.all_clear()
    return Told(detected=page.at, mitigated=None, key=(seen,))


def hanging(stage: Stage) -> Told:
    """The provider takes connections and does not answer, until it does."""
    stage.quiet(28)
    stage.hang_provider("payment")
    page = stage.page()
    seen = stage.respond(page)
    stage.says("Calls to the payment provider time out.", wait=3)
    stage.pause(stage.chance.uniform(6, 12))
    stage.hang_provider("payment", False)
    stage.all_clear()
    return Told(detected=page.at, mitigated=None, key=(seen,))


def flapping(stage: Stage) -> Told:
    """The provider comes and goes three times; then payments go to another one."""
    stage.quiet(24)
    stage.control("payment", status=503)
    page = stage.page()
    seen = stage.respond(page)
    for _ in range(2):
        before = len(stage.pager.of("checkout", "firing"))
        stage.control("payment")
        stage.pause(stage.chance.uniform(9, 11))
        stage.control("payment", status=503)
        stage.page_after(before)
    stage.says("The payment provider comes and goes.")
    other = free_port()
    stage.control("backup")
    stage.start_provider("backup", other)
    mitigated = stage.set(payment_url=f"http://127.0.0.1:{other}/charges")
    moved = stage.people.did("change", "Failed payments over to the second provider")
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, key=(seen, moved))


def certificate(stage: Stage) -> Told:
    """The certificate of the payment gateway, which is ours, expires; a new one is issued and taken into use."""
    expires = stage.expires
    time.sleep(max(0.0, (expires - datetime.now(UTC)).total_seconds()))
    page = stage.page()
    seen = stage.respond(page)
    stage.says("certificate verify failed: the certificate of the payment gateway has expired.", wait=3)
    stage.renew_certificate()
    mitigated = now()
    renewed = stage.people.did("action", "Renewed the certificate of the payment gateway and restarted the gateway")
    stage.all_clear()
    return Told(detected=page.at, mitigated=mitigated, key=(seen, renewed))


def backlog(stage: Stage) -> Told:
    """The mail relay is slow, mails wait; the relay is soon quick again, the queue takes long to drain."""
    stage.control("mail", delay_s=0.01)
    stage.quiet(26)
    stage.control("mail", delay_s=0.6)
    page = stage.page(60)
    seen = stage.respond(page)
    stage.says("Confirmation mails pile up, the relay takes half a second for each.", wait=3)
    other = free_port()
    stage.control("relay", delay_s=0.028)
    stage.start_provider("relay", other)
    mitigated = stage.set(mail_url=f"http://127.0.0.1:{other}")
    moved = stage.people.did("change", "Switched confirmation mails over to the second relay")
    stage.says("The queue shrinks.", wait=6)
    stage.all_clear()
    return Told(
        detected=page.at, mitigated=mitigated, key=(seen, moved), failures=stage.logged("confirmation sent late")
    )


SHAPES = (
    Shape(
        name="dependency-outage", title="Payments fail", play=outage, evidence=EVERYTHING - {"changes"}, seeds=(1, 2),
        watch_s=WATCHED,
        notes="The payment provider was down and came back; nothing that was done here ended it: mitigated is null.",
    ),
    Shape(
        name="dependency-hangs", title="Payments time out", play=hanging, evidence=EVERYTHING - {"chat", "changes"},
        notes="The payment provider did not answer and then did; nothing done here ended it: mitigated is null.",
    ),
    Shape(
        name="flapping", title="Payments fail on and off", play=flapping, alarms={"CheckoutErrorRateHigh": 1},
        notes="The payment provider fails, works and fails again, three times; a failover ends it.",
    ),
    Shape(
        name="certificate", title="Payments fail", play=certificate, tls_s=38.0, severity="SEV-1",
        notes="The TLS certificate of the payment gateway expires, and is renewed. Not a change: no trigger event.",
    ),
    Shape(
        name="backlog", title="Confirmation mails of orders are late", play=backlog, severity="SEV-3",
        alarms={"ConfirmationsLate": 2}, metrics=("age of the oldest mail", "mails waiting"), rate=22.0,
        notes="Users are hurt by mails that are sent more than 5 s late, as checkout logs them. The relay was switched "
        "early; recovered is the last late mail, when the queue had drained.",
    ),
)  # fmt: skip
