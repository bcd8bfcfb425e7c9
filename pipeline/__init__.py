"""befell: from what an incident left behind to a postmortem draft."""

__version__ = "0.1.0"
