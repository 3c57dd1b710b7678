"""How commands say that something is wrong: one sentence, and an exit code that tells."""

import sys

USAGE_EXIT, FAILURE_EXIT = 2, 1


class Refusing:
    """What every command of ours is, beside Scrapy's class."""

    exitcode: int

    def refuse(self, sentence: str, exitcode: int = USAGE_EXIT) -> None:
        print(f"scrapy {type(self).__module__.rpartition('.')[2]}: {sentence}", file=sys.stderr)
        self.exitcode = exitcode
