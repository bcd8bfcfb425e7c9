"""Log records of Elasticsearch or OpenSearch: counts by service and level, and the templates of errors."""

from connectors.elasticsearch.connector import ElasticsearchConnector
from connectors.elasticsearch.settings import ElasticsearchSettings

__all__ = ["ElasticsearchConnector", "ElasticsearchSettings"]
