"""Placing an order: charge the card, take the goods out of stock, store the order."""

from typing import Any

import psycopg

from . import payment
from .pool import Pool
from .settings import Settings

STOCK_S = 0.03  # what the look-up of the stock costs the database


def place(pool: Pool, settings: Settings, order: dict[str, Any]) -> dict[str, Any]:
    """Store the order and say how it was paid; an order over the card's limit is declined."""
    if order["total"] > order["limit"]:
        return {"status": "declined"}
    if settings["flags"]["express-delivery"]:
        order["due"] = order["address"]["postcode"]
    payment.charge(settings, order)
    connection = pool.take()
    try:
        return {"status": "paid", "paid_by": "card", "order": store(connection, settings, order)}
    finally:
        pool.give(connection)


def store(connection: psycopg.Connection, settings: Settings, order: dict[str, Any]) -> int:
    connection.execute(f"SET statement_timeout = {int(settings['statement_timeout_ms'])}")
    connection.execute("SELECT pg_sleep(%s)", (STOCK_S,))
    row = connection.execute(
        "INSERT INTO orders (customer, total) VALUES (%s, %s) RETURNING id", (order["customer"], order["total"])
    ).fetchone()
    assert row is not None
    return int(row[0])
