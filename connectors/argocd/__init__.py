"""Deploys and rollbacks of Argo CD."""

from connectors.argocd.connector import ArgocdConnector
from connectors.argocd.settings import ArgocdSettings

__all__ = ["ArgocdConnector", "ArgocdSettings"]
