"""All benches, one after the other; or one by its name: `python -m bench corpus --articles 100000`."""

import sys
from collections.abc import Callable

from bench import corpus, pages, schedule, scheduler, text, throughput

BENCHES: dict[str, Callable[[], None]] = {
    "pages": pages.main,
    "text": lambda: text.main(sys.argv[2:]),
    "scheduler": scheduler.main,
    "corpus": lambda: corpus.main(sys.argv[2:]),
    "throughput": lambda: throughput.main(sys.argv[2:]),
}
ON_REQUEST: dict[str, Callable[[], None]] = {"schedule": lambda: schedule.main(sys.argv[2:])}
"""Those that take minutes."""

names = sys.argv[1:2] or list(BENCHES)
for name in names:
    if name not in BENCHES | ON_REQUEST:
        sys.exit(f"no bench is called {name}; there are {', '.join(BENCHES | ON_REQUEST)}")
    (BENCHES | ON_REQUEST)[name]()
    print()
