"""A pool of database connections that can be made larger while it is in use."""

import queue
import threading

import psycopg


class PoolTimeout(Exception):
    """No connection came free in time."""


class Pool:
    """`take` lends a connection, `give` returns it; whoever waits longer than `timeout` seconds gets PoolTimeout."""

    def __init__(self, dsn: str, size: int, timeout: float) -> None:
        self.dsn, self.size, self.timeout = dsn, 0, timeout
        self._growing = threading.Lock()
        self._free: queue.LifoQueue[psycopg.Connection] = queue.LifoQueue()
        self.grow(size)

    def grow(self, size: int) -> None:
        with self._growing:
            for _ in range(size - self.size):
                self._free.put(psycopg.connect(self.dsn, autocommit=True, connect_timeout=5))
            self.size = max(self.size, size)

    @property
    def in_use(self) -> int:
        return self.size - self._free.qsize()

    def take(self) -> psycopg.Connection:
        try:
            return self._free.get(timeout=self.timeout)
        except queue.Empty:
            raise PoolTimeout(
                f"no connection free after {self.timeout} s ({self.in_use} of {self.size} in use)"
            ) from None

    def give(self, connection: psycopg.Connection) -> None:
        self._free.put(connection)
