"""Labelled faults: what is broken in which service is written down before any of them runs."""
