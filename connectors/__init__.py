"""The connectors: one module a source, found by entry point, never imported by the pipeline."""
