"""dbt as the child of a load: it ends when the load is gone, and reads its project once for all homes.

Left alone, the dbt of a killed load would write on for minutes, and the next load would meet it in the database. Run as
`python -m orchestration.dbt_process` with the arguments of dbt; paths in them, and in dbt's variables, are absolute.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from orchestration.settings import HOME_VARIABLE

HOME_FROM_INSIDE = "."
"""The home as dbt is told it, by a load and where the manifest is built: what dbt has parsed holds for one path of the
database, and to parse the project anew takes several seconds."""
_LOOK_SECONDS = 0.5
_SWITCH_SECONDS = 0.0002


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


def enter_home() -> None:
    """Make the home, which the environment names, the folder of this process, and call it by the name it has there."""
    os.chdir(os.environ[HOME_VARIABLE])
    os.environ[HOME_VARIABLE] = HOME_FROM_INSIDE


def main() -> None:
    """Run dbt with the arguments of this process."""
    end_with_parent()
    enter_home()
    # A thread whose query is done, as happens some thousand times, waits for the other one: by default up to 5 ms.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What dbt logs for its own developers is 12 MB a run.
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
    from dbt.cli.main import cli

    from orchestration.dbt_events import drop_unheard_events

    drop_unheard_events()
    cli(prog_name="dbt")


if __name__ == "__main__":
    main()
