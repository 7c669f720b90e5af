"""When and where things run: the warehouse, the Dagster definitions and the command line."""

__version__ = "0.2.0"
