"""Events, incidents, series and logs from files: the way in for every source without a connector of its own."""

from connectors.files.connector import FilesConnector
from connectors.files.settings import FilesSettings

__all__ = ["FilesConnector", "FilesSettings"]
