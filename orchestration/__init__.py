"""When and where things run: the warehouse, the Dagster definitions and the command line."""

import gc

__version__ = "0.2.0"

# Most of what Dagster, dbt and spaCy make while they start stays as long as the process. Python looks for garbage after
# every 700 new objects, and among these for nothing: an eighth of the time until the definitions are there.
gc.set_threshold(100_000, 10, 10)
