"""The timeline: merged rows, milestones, trigger candidates and signals, from a snapshot alone."""

from pipeline.timeline.overrides import Overrides
from pipeline.timeline.reconstruct import reconstruct

__all__ = ["Overrides", "reconstruct"]
