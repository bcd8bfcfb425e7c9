"""Deployments, workflow runs, releases, merged pull requests and incident issues of GitHub."""

from connectors.github.connector import GithubConnector
from connectors.github.settings import GithubSettings

__all__ = ["GithubConnector", "GithubSettings"]
