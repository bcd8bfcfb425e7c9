"""Whoever stops the reading of a large file leaves no process behind."""

import os
import signal
import subprocess
import sys

import pytest

# Neither process ever ends a part by itself.
SCRIPT = """
import sys, threading, time
from pipeline.logs import workers

workers._cores = lambda: 3
workers.read_part = lambda task: time.sleep(600)
workers.START = workers.START.replace("main()", '''
import sys, time
from pipeline.logs import workers
def taken(task):
    print(task, file=sys.stderr, flush=True)
    time.sleep(600)
workers.read_part = taken
main()
''')
reading = threading.Thread(target=lambda: list(workers.in_processes(["taken"] * 5)), daemon=True)
try:
    if sys.argv[1] == "in a thread":
        reading.start()
        reading.join()
    else:
        reading.run()
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(
    ("where", "sign", "whole_group", "code"),
    [
        ("in a thread", signal.SIGINT, False, 130),
        ("here", signal.SIGINT, False, 130),
        ("here", signal.SIGINT, True, 130),
        ("here", signal.SIGTERM, False, -signal.SIGTERM),
        ("here", signal.SIGKILL, False, -signal.SIGKILL),
    ],
)
def test_ctrl_c_and_kills_leave_no_process_behind(where: str, sign: int, whole_group: bool, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, where], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr is not None
        for _ in range(2):  # both workers are in the middle of a part
            assert running.stderr.readline() == "taken\n"
        (os.killpg if whole_group else os.kill)(running.pid, sign)
        _, said = running.communicate(timeout=20)  # ends when the last of them has let go of it

    assert (running.returncode, said) == (code, "")
