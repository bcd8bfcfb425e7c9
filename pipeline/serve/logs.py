"""What the service says of itself: one line an event, as JSON where nobody sits before it; no secret is in it."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from pipeline.collect.clean import rules
from pipeline.config import Config
from pipeline.redact import Redactor


def configured(config: Config, *, terminal: bool) -> Any:
    """The logger of this process, on stderr."""
    redactor = Redactor(rules(config))

    def redacted(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: redactor.text(value) if isinstance(value, str) else value for key, value in event.items()}

    shown = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            redacted,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return structlog.get_logger()
