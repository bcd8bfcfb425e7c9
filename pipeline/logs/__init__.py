"""Log files to summaries; the only room that reads log lines."""

from pipeline.logs.reduce import Reduced, reduce
from pipeline.logs.summary import combine

__all__ = ["Reduced", "combine", "reduce"]
