"""All benches, one after the other; or one by its name: `python -m bench corpus --articles 100000`."""

import sys

from bench import corpus, pages, text

BENCHES = {"pages": pages.main, "text": text.main, "corpus": lambda: corpus.main(sys.argv[2:])}

names = sys.argv[1:2] or list(BENCHES)
for name in names:
    if name not in BENCHES:
        sys.exit(f"no bench is called {name}; there are {', '.join(BENCHES)}")
    BENCHES[name]()
    print()
