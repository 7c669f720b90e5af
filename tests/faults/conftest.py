"""What goes wrong around a load: processes that are killed, disks that are full, a daemon that runs unattended."""

import sys
from pathlib import Path

# The articles and the command line of the pipeline's tests, the web server of the unit tests.
sys.path += [str(Path(__file__).parents[1] / name) for name in ("pipeline", "unit")]
