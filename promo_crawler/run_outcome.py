"""What became of a run, read from its statistics, and the sum of many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from promo_crawler.halt import NOT_WRITTEN
from promo_crawler.health import BLOCK_STATUSES, BLOCKED, UNREACHABLE
from promo_crawler.intervals import BROKEN, FAILED, FINISHED, UNWELCOME

CAME_TO_NOTHING = frozenset({FAILED, NOT_WRITTEN})
"""Ends for which the schedule, the program or this machine is to blame, not the portal."""
_FAILED, _NOT_ASKED = "promo/pages/failed/", "promo/pages/not_asked/"
_BLOCKED = {f"{_FAILED}http_{status}" for status in BLOCK_STATUSES} | {f"{_FAILED}block_page"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run. `end` is why it ended; the figures are pages, `requests` all that was asked for, robots.txt too."""

    portal: str
    end: str
    took: timedelta
    stored: int = 0
    repeated: int = 0
    """Articles that the corpus had already."""
    unchanged: int = 0
    """Pages that had not changed since they were asked for last."""
    failed: int = 0
    pages: int = 0
    requests: int = 0
    error: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it counts as a run that did not end well, and the portal is left alone for longer."""
        return self.end in UNWELCOME | BROKEN

    def sentence(self) -> str:
        figures = {"stored": self.stored, "repeated": self.repeated, "unchanged": self.unchanged, "failed": self.failed}
        told = ", ".join(f"{n} {name}" for name, n in figures.items() if n or name == "stored")
        why = f" ({self.error})" if self.error else ""
        return f"{self.end}{why} after {self.took.total_seconds():.0f} s: {self.pages} pages, {told}"


def read_outcome(portal: str, stats: Mapping[str, Any], took: timedelta, error: str = "") -> Outcome:
    """The outcome of a run from Scrapy's statistics. A run in which not one page could be read has not reached the
    portal, whatever its reason to end. `error` is what broke the run, if something did."""
    failed = sum(n for key, n in stats.items() if key.startswith(_FAILED))
    not_asked = sum(n for key, n in stats.items() if key.startswith(_NOT_ASKED))
    pages = stats.get("promo/pages/total", 0)
    end = FAILED if error else str(stats.get("finish_reason", FAILED))
    if end == FINISHED and failed + not_asked and pages <= failed + not_asked:
        blocked = sum(n for key, n in stats.items() if key in _BLOCKED)
        end = BLOCKED if not failed or blocked * 2 > failed else UNREACHABLE
    return Outcome(
        portal,
        end,
        took,
        stored=stats.get("promo/articles/stored", 0),
        repeated=stats.get("promo/articles/duplicate", 0) + stats.get("promo/articles/known", 0),
        unchanged=stats.get("promo/pages/unchanged", 0),
        failed=failed,
        pages=pages,
        requests=stats.get("downloader/request_count", 0),
        error=error,
    )


class Tally:
    """The sum of the runs of one `scrapy schedule`; no run is kept, for there may be thousands."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()
        self.skipped = 0
        """Portals that another process was crawling, or crawled meanwhile."""

    def add(self, outcome: Outcome) -> None:
        self.ends[outcome.end] += 1
        for name in ("stored", "repeated", "unchanged", "failed", "pages", "requests"):
            self.figures[name] += getattr(outcome, name)

    @property
    def ran(self) -> int:
        return self.ends.total()

    @property
    def came_to_nothing(self) -> bool:
        """Whether a run failed for a reason that is ours, or no portal at all could be reached."""
        unreached = self.ends[UNREACHABLE]
        return any(self.ends[end] for end in CAME_TO_NOTHING) or bool(unreached and unreached == self.ran)

    def lines(self) -> list[str]:
        """For people, at the end."""
        ends = ", ".join(f"{n} {end}" for end, n in self.ends.most_common())
        lines = [f"{count_portals(self.ran)} crawled" + (f": {ends}" if ends else "")]
        if self.skipped:
            lines.append(f"{count_portals(self.skipped)} skipped: another process is crawling them, or just did")
        if self.ran:
            figures = ", ".join(f"{self.figures[name]:,} {name}" for name in ("stored", "repeated"))
            pages = ", ".join(f"{self.figures[name]:,} {name}" for name in ("unchanged", "failed"))
            lines.append(f"articles: {figures}")
            lines.append(f"pages: {self.figures['pages']:,}, {pages}; {self.figures['requests']:,} requests")
        return lines


def count_portals(n: int) -> str:
    return f"{n} portal" if n == 1 else f"{n:,} portals"
