"""Changes to an AWS account, as CloudTrail recorded them."""

from connectors.cloudtrail.connector import CloudtrailConnector
from connectors.cloudtrail.settings import CloudtrailSettings

__all__ = ["CloudtrailConnector", "CloudtrailSettings"]
