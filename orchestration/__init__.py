"""When and where things run: the warehouse, the Dagster definitions and the command line."""
