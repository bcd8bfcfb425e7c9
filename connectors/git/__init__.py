"""Deploys out of a git repository: what was put where, when, and what it undid."""

from connectors.git.connector import GitConnector
from connectors.git.settings import GitSettings

__all__ = ["GitConnector", "GitSettings"]
