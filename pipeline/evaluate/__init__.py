"""How often the timeline is right, measured on labelled incidents."""

from pipeline.evaluate.cases import Case, find_cases
from pipeline.evaluate.report import report
from pipeline.evaluate.score import Outcome, score

__all__ = ["Case", "Outcome", "find_cases", "report", "score"]
