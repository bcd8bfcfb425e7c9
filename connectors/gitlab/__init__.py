"""Deployments and incidents of GitLab."""

from connectors.gitlab.connector import GitlabConnector
from connectors.gitlab.settings import GitlabSettings

__all__ = ["GitlabConnector", "GitlabSettings"]
