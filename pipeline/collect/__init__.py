"""From sources to a snapshot: the only room that touches the network, the disk of a source, or a thread."""

from pipeline.collect.collect import collect
from pipeline.collect.jobs import Progress

__all__ = ["Progress", "collect"]
