"""Changes of feature flags in Unleash."""

from connectors.unleash.connector import UnleashConnector
from connectors.unleash.settings import UnleashSettings

__all__ = ["UnleashConnector", "UnleashSettings"]
