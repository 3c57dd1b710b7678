"""Timings as ratios inside one run: `make bench`, or `python -m bench.pages`, `python -m bench.text`."""
