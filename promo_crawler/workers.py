"""Cleaning and link discovery in processes beside the crawl, so that fetching never waits for them.

    WorkerPool.run ──► thread ──► pipe ──► worker_process.py, on a core of its own

Each worker has one call at a time and a thread here that waits for it; what else is to be done waits in the pool's
queue, which callers keep short: a crawl by SCRAPER_SLOT_MAX_ACTIVE_SIZE, reprocess by its own count. A worker that dies
is replaced. What it was at work on is tried again, for it may have been killed for nothing it did (by a person, or by a
machine out of memory); only what takes too long, or ends three workers, is rejected.
"""

import asyncio
import functools
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path
from typing import ParamSpec, TypeVar

from scrapy.settings import BaseSettings

from cleaners import Rejected, RejectReason
from promo_crawler.arguments import ArgumentError
from promo_crawler.worker_process import MAX_SECONDS, READY

logger = logging.getLogger(__name__)

TRIES = 3
"""Workers that one call may end, or that may end by themselves before they are ready."""
STARTS = 50
"""Times that a worker is started, when each is killed at once, before the run is given up: for most of a minute."""
CALLS = 20_000
"""Calls after which a worker is replaced, so that no leak in a library adds up."""
MOST_WORKERS = 256

P = ParamSpec("P")
T = TypeVar("T")


class WorkerError(Exception):
    """No worker can be started; the message is one sentence."""


class WorkerPool:
    """So many worker processes, each started when it is first needed. One: none, all is done where it is asked for."""

    def __init__(self, size: int):
        self.size = size
        self._threads = ThreadPoolExecutor(size, "worker") if size > 1 else None
        self._own = threading.local()

    async def run(self, function: Callable[P, T], /, *arguments: P.args, **options: P.kwargs) -> T:
        """`function(*arguments, **options)`, with what it returns or raises. All three must be of kinds that can be
        pickled. Raises Rejected (`too_costly`) for what takes too much, WorkerError where no worker can be started."""
        if self._threads is None:
            return function(*arguments, **options)
        call = (function, arguments, options)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, call)

    def _run(self, call: tuple[Callable[..., T], tuple[object, ...], dict[str, object]]) -> T:
        task = pickle.dumps(call, pickle.HIGHEST_PROTOCOL)
        for _ in range(TRIES):
            worker = self._worker()
            answer = worker.ask(task)
            if answer is not None:
                result, error = pickle.loads(answer)
                if error is not None:
                    raise error
                return result  # type: ignore[no-any-return]
            self._own.worker = None
            if worker.died_of == -signal.SIGPROF:
                raise Rejected(RejectReason.TOO_COSTLY, f"more than {MAX_SECONDS} s")
            logger.warning("A worker process ended (exit code %s); its page is tried again", worker.died_of)
        raise Rejected(RejectReason.TOO_COSTLY, f"{TRIES} worker processes ended over it")

    def _worker(self) -> "_Worker":
        """The worker of this thread."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is not None and worker.calls >= CALLS:
            worker.end()
            worker = None
        self._own.worker = worker or _start()
        return self._own.worker  # type: ignore[no-any-return]


class _Worker:
    """One process at the other end of a pipe."""

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), *filter(None, sys.path)])
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__.replace("workers", "worker_process"), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,  # Ctrl-C is for the crawl
                env=os.environ | {"PYTHONPATH": path},
            )
        self.calls = 0
        self.died_of: int | None = None

    def ask(self, task: bytes | None = None) -> bytes | None:
        """The answer to a task, or the first word of a new worker; None where it died."""
        self.calls += 1
        try:
            if task is not None:
                self._pipe.send_bytes(task)
            return self._pipe.recv_bytes()
        except (EOFError, OSError):
            self.end()
            return None

    def end(self) -> None:
        self._pipe.close()
        self.died_of = self._process.wait()


def _start() -> _Worker:
    """A worker that is ready. Raises WorkerError where those that are started end by themselves, or are all killed."""
    failures = 0
    for attempt in range(STARTS):
        time.sleep(min(1.0, 0.1 * attempt))
        worker = _Worker()
        if worker.ask() == READY:
            return worker
        failures += worker.died_of is not None and worker.died_of >= 0  # else killed, by whom or what ever
        if failures == TRIES:
            break
    raise WorkerError("no worker process can be started (-s WORKERS=1 does without)")


@functools.cache
def find_pool(size: int) -> WorkerPool:
    """The pool of this process, shared by all its crawls. Its workers end with the process."""
    return WorkerPool(size)


def read_pool(settings: BaseSettings) -> WorkerPool:
    """The pool that the setting WORKERS asks for. Raises ArgumentError for what is no number of processes."""
    said = settings["WORKERS"]
    try:
        size = int(said)
    except (TypeError, ValueError):
        size = 0
    if not 1 <= size <= MOST_WORKERS:
        raise ArgumentError(f"WORKERS={said}: say a number of processes, 1 to {MOST_WORKERS}")
    return find_pool(size)
