"""dbt ends when the load that started it was killed."""

import subprocess
import sys

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
child.wait()
"""
CHILD = """
import time
from orchestration.dbt_process import end_with_parent
end_with_parent()
print("running", flush=True)
time.sleep(60)
"""


def test_a_child_does_not_outlive_its_parent() -> None:
    command = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "running\n"
        parent.kill()
        # The child holds the other end: it is closed when the child is gone.
        assert parent.communicate(timeout=10) == ("", None)
