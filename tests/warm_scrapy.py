"""`scrapy`, loaded once and forked for each run: Python needs a second for what a fork has at once.

Each run is a process of its own, with its own environment, output and end. All runs of one `WarmScrapy` have the
order of sets in common; where that could hide something, a test asks for a cold one (conftest.py).
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import CompletedProcess

ROOT = Path(__file__).resolve().parent.parent
LOADED = (
    *("scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "scrapy.extensions.feedexport"),
    *("promo_crawler.portal_spider", "promo_crawler.reprocess", "promo_crawler.run_command"),
    *("promo_crawler.report", "promo_crawler.scheduler", "promo_crawler.survey_spider"),
)
"""Not promo_crawler.settings: it reads the environment."""


class WarmScrapy:
    """The process that is forked, from the side of the tests."""

    def __init__(self, folder: Path):
        self._outputs = (folder / "stdout", folder / "stderr")
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for pytest
        )

    def run(self, arguments: list[str], environment: dict[str, str], timeout: float) -> CompletedProcess[str]:
        """`scrapy ARGUMENTS` in the project. A run that takes longer than `timeout` seconds is killed."""
        for path in self._outputs:
            path.write_bytes(b"")
        self._tell({"arguments": arguments, "environment": environment, "outputs": [str(p) for p in self._outputs]})
        killer = threading.Timer(timeout, os.kill, (self._hear(), 9))
        killer.start()
        exitcode = self._hear()
        killer.cancel()
        stdout, stderr = (path.read_text("utf-8") for path in self._outputs)
        return CompletedProcess(["scrapy", *arguments], exitcode, stdout, stderr)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def _tell(self, request: dict[str, object]) -> None:
        assert self._process.stdin is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)

    def _hear(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def serve() -> None:
    """Forks for each line of standard input; answers with the process id, and at its end with the exit code."""
    load()
    for line in sys.stdin:
        sys.stdout.flush()
        if (child := os.fork()) == 0:
            return become(**json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def load() -> None:
    import importlib

    sys.path.insert(0, str(ROOT))
    for name in LOADED:
        importlib.import_module(name)
    from cleaners import clean_text

    clean_text("青澜縣今天簽下七個項目，總投資四十二億元。")  # reads the tables of opencc


def become(arguments: list[str], environment: dict[str, str], outputs: list[str]) -> None:
    """Makes this process `scrapy ARGUMENTS`."""
    import time

    from scrapy.cmdline import execute

    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    sys.argv = ["scrapy", *arguments]
    execute()


if __name__ == "__main__":
    serve()
