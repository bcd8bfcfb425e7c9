"""Log files to summaries; the only room that reads log lines."""

from pipeline.logs.meter import Meter
from pipeline.logs.reduce import Reduced, reduce
from pipeline.logs.summary import combine

__all__ = ["Meter", "Reduced", "combine", "reduce"]
