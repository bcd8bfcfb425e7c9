"""Parts of files read in processes of their own, one for each core that is there; this one reads too.

A worker reads pickled tasks from its standard input and writes pickled parts to its standard output. It ends at once
where the input does, also because this process was stopped or died. What a worker does not give is read here.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from pipeline.logs.parts import Part, Task, one_after_the_other, read_part

MOST = 4  # processes
# Ctrl-C reaches the whole group: a worker ends without a word
START = """
import signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
from pipeline.logs.workers import main
main()
"""


def in_processes(tasks: Sequence[Task]) -> Iterator[Part]:
    """The parts of these tasks, in their order."""
    workers = [worker for _ in range(min(_cores(), MOST, len(tasks)) - 1) if (worker := _started())]
    if not workers:
        yield from one_after_the_other(tasks)
        return
    waiting, parts = deque(enumerate(tasks)), dict[int, Part]()
    threads = [threading.Thread(target=_feed, args=(worker, waiting, parts), daemon=True) for worker in workers]
    try:
        for thread in threads:
            thread.start()
        _read(waiting, parts)
        for thread in threads:
            thread.join()
        _read(waiting, parts)  # what a worker took and did not give
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            for pipe in filter(None, (worker.stdin, worker.stdout)):
                pipe.close()
    for number in range(len(tasks)):
        yield parts.pop(number)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _started() -> "subprocess.Popen[bytes] | None":
    command = [sys.executable, "-c", START]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    except OSError:
        return None


def _read(waiting: "deque[tuple[int, Task]]", parts: dict[int, Part]) -> None:
    while waiting:
        try:
            number, task = waiting.popleft()
        except IndexError:  # a worker was quicker
            return
        parts[number] = read_part(task)


def _feed(worker: "subprocess.Popen[bytes]", waiting: "deque[tuple[int, Task]]", parts: dict[int, Part]) -> None:
    assert worker.stdin and worker.stdout
    while waiting:
        try:
            number, task = waiting.popleft()
        except IndexError:
            return
        try:
            pickle.dump(task, worker.stdin)
            worker.stdin.flush()
            parts[number] = pickle.load(worker.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # it was killed
            waiting.append((number, task))
            return


def main() -> None:
    tasks: SimpleQueue[Task] = SimpleQueue()
    threading.Thread(target=_take, args=(tasks,), daemon=True).start()
    while True:
        pickle.dump(read_part(tasks.get()), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _take(tasks: "SimpleQueue[Task]") -> None:
    while True:
        try:
            tasks.put(pickle.load(sys.stdin.buffer))
        except (EOFError, pickle.UnpicklingError):  # whoever gave them is gone: nobody waits for what is being read
            os._exit(0)
