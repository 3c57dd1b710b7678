"""What a worker process runs: one call after the other, each bounded in CPU time and memory.

`python -m promo_crawler.worker_process FD`, started by workers.py with one end of a pipe. It ends when the pipe does,
so that no worker outlives a crawl, however that ends.
"""

import os
import pickle
import resource
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from cleaners import Rejected, RejectReason

READY = b"ready"
MAX_SECONDS = 4.5
"""CPU time of one call. The slowest of 2,000 pages of real portals took a tenth of it."""
MAX_MEMORY = 384 << 20
"""Bytes beyond what the process needs to be there; a page of 10 MB takes a third of it."""
NICENESS = 5
"""Fetching goes first where there are fewer cores than processes."""


def serve(pipe: Connection) -> None:
    """Answers each `(function, arguments, options)` with `(result, None)` or `(None, exception)`, until the end of the
    pipe. A call that takes too long ends the process by SIGPROF, whatever it is doing at that moment; one that takes
    too much memory is answered with `Rejected`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends in good order
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.nice(NICENESS)
    _limit_memory()
    with suppress(EOFError, ConnectionError):
        pipe.send_bytes(READY)
        while True:
            task = pipe.recv_bytes()
            signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
            answer = _answer(task)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send_bytes(answer)


def _answer(task: bytes) -> bytes:
    try:
        function, arguments, options = pickle.loads(task)
        return pickle.dumps((function(*arguments, **options), None), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        said: Exception = Rejected(RejectReason.TOO_COSTLY, f"more than {MAX_MEMORY >> 20} MB")
    except Rejected as rejected:
        said = rejected
    except Exception as error:
        error.add_note("in the worker:\n" + traceback.format_exc())
        said = error
    return pickle.dumps((None, said.with_traceback(None)), pickle.HIGHEST_PROTOCOL)


def _limit_memory() -> None:
    """Where the system tells how much there is already, as Linux does."""
    with suppress(OSError, ValueError):
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MAX_MEMORY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    import promo_crawler.discovery  # noqa: F401  (what calls need is there before the limits are set)

    serve(Connection(int(sys.argv[1])))
