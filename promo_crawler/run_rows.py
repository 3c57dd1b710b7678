"""The reports of runs as rows of the index."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any


def read_runs(folder: Path, known: Collection[str]) -> list[tuple[Any, ...]]:
    """A row for each report below a folder whose name is not known yet, as the table `runs` has them. A report that
    cannot be read is left out."""
    paths = (path for path in sorted(folder.glob("*.json")) if path.name not in known)
    return [row for path in paths if (row := _read_run(path)) is not None]


def _read_run(path: Path) -> tuple[Any, ...] | None:
    try:
        report = json.loads(path.read_bytes())
        counts = report["counts"]
        names = ("portal", "spider", "began", "ended", "end")
        sums = [counts.get(key, 0) for key in ("pages/total", "articles/stored", "articles/duplicate")]
        sums += [
            sum(n for key, n in counts.items() if key.startswith(start)) for start in ("rejected/", "pages/failed/")
        ]
        return (path.name, *(report[name] for name in names), *sums)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
