"""What one log line says (level, message, template), and the count of the lines that a store gives."""

from pipeline.lines.tally import Tally

__all__ = ["Tally"]
