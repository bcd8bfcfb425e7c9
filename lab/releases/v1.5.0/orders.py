"""Placing an order: take the gift card or charge the card, store the order."""

from typing import Any

import psycopg

from .pool import Pool


def place(pool: Pool, order: dict[str, Any]) -> dict[str, Any]:
    """Store the order and say how it was paid; an order over the card's limit is declined."""
    connection = pool.take()
    if order.get("gift_card"):
        return {"status": "paid", "paid_by": "gift card", "order": store(connection, order)}
    if order["total"] > order["limit"]:
        pool.give(connection)
        return {"status": "declined"}
    number = store(connection, order)
    pool.give(connection)
    return {"status": "paid", "paid_by": "card", "order": number}


def store(connection: psycopg.Connection, order: dict[str, Any]) -> int:
    row = connection.execute(
        "INSERT INTO orders (customer, total) VALUES (%s, %s) RETURNING id", (order["customer"], order["total"])
    ).fetchone()
    assert row is not None
    return int(row[0])
