"""Changes of feature flags in LaunchDarkly."""

from connectors.launchdarkly.connector import LaunchdarklyConnector
from connectors.launchdarkly.settings import LaunchdarklySettings

__all__ = ["LaunchdarklyConnector", "LaunchdarklySettings"]
