"""The settings of a service: a JSON file that is read again whenever it changes."""

import json
import threading
from pathlib import Path
from typing import Any


class Settings:
    """`settings["name"]` is the value of now; a file that is no JSON leaves the last good values in place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp, self._values = path.stat().st_mtime_ns, json.loads(path.read_text())

    def __getitem__(self, name: str) -> Any:
        with self._lock:
            stamp = self.path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp, self._values = stamp, json.loads(self.path.read_text())
            return self._values[name]
