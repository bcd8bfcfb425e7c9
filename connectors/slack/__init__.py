"""Messages, threads and pins of Slack channels."""

from connectors.slack.connector import SlackConnector
from connectors.slack.settings import SlackSettings

__all__ = ["SlackConnector", "SlackSettings"]
