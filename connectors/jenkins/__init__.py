"""Builds of deploying jobs of Jenkins."""

from connectors.jenkins.connector import JenkinsConnector
from connectors.jenkins.settings import JenkinsSettings

__all__ = ["JenkinsConnector", "JenkinsSettings"]
