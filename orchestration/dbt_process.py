"""dbt as the child of a load: it ends when the load is gone.

Left alone, the dbt of a killed load would write on for minutes, and the next load would meet it in the database. Run as
`python -m orchestration.dbt_process` with the arguments of dbt.
"""

from __future__ import annotations

import os
import threading
import time

_LOOK_SECONDS = 0.5


def end_with_parent() -> None:
    """End this process at once when the one that started it has ended, from now on.

    Nothing is tidied up, as in any kill: what DuckDB had not committed never was.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def main() -> None:
    """Run dbt with the arguments of this process."""
    end_with_parent()
    from dbt.cli.main import cli

    cli(prog_name="dbt")


if __name__ == "__main__":
    main()
