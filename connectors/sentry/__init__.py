"""Issues, releases and deploys of Sentry."""

from connectors.sentry.connector import SentryConnector
from connectors.sentry.settings import SentrySettings

__all__ = ["SentryConnector", "SentrySettings"]
