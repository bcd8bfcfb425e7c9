"""Redaction: the one seam that every record and every message passes before it is kept or shown."""

from pipeline.redact.engine import Redactor, texts
from pipeline.redact.rule import OwnRule

__all__ = ["OwnRule", "Redactor", "texts"]
