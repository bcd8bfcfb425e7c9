"""The command line. `--help` imports nothing heavy: commands import what they need when they run."""

from pipeline.cli.main import main

__all__ = ["main"]
