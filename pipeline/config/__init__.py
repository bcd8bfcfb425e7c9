"""The configuration: one YAML file, read with its line numbers, checked whole, its secrets kept apart."""

from pipeline.config.loading import find, load
from pipeline.config.model import Config
from pipeline.config.partial import Checking, checking
from pipeline.config.sources import Source

__all__ = ["Checking", "Config", "Source", "checking", "find", "load"]
