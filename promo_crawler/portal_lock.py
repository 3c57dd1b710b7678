"""One crawl of a portal at a time, also across processes."""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from promo_crawler.names import folder_name


class PortalBusyError(Exception):
    """Somebody else crawls the portal; the message is one sentence."""


class PortalLock:
    """A lock that the system itself takes back when the process dies, so that none is ever stuck."""

    def __init__(self, data_dir: Path, portal: str):
        self._path = data_dir / "locks" / f"{folder_name(portal)}.lock"
        self._portal = portal
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Raises PortalBusyError where another process has it, OSError where the folder cannot be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise PortalBusyError(f"{self._portal} is being crawled already (process {holder or 'unknown'})") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
