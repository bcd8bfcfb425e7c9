"""Problems, acknowledgements and downtimes of Icinga 2."""

from connectors.icinga.connector import IcingaConnector
from connectors.icinga.settings import IcingaSettings

__all__ = ["IcingaConnector", "IcingaSettings"]
