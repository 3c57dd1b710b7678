"""Endless spaces of addresses: calendars, `?p=1&p=1`, folders that repeat, lists that never show anything new."""

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from promo_crawler.url_shapes import wide_template

MAX_URL_LENGTH = 400
"""Characters; the longest address of a page seen on a portal has 214."""
MAX_PARAMETERS = 8
BARREN_RUN = 60
"""New list pages of one kind read in a row without one unknown article; a calendar of two years has 730."""


def is_endless(url: str) -> bool:
    """Whether an address has the shape of one that a page makes of itself over and over.

    `/news/news/news/`, `/a/b/a/b/a/b/1.html`, `?p=1&p=1`, a dozen parameters. `/2024/2024/` and `/gk/zc/gk/` are none.
    """
    parts = urlsplit(url)
    if len(url) > MAX_URL_LENGTH:
        return True
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if len(pairs) > MAX_PARAMETERS or max(Counter(pairs).values(), default=0) > 1:
        return True
    return _has_cycle([folder for folder in parts.path.split("/") if folder])


def _has_cycle(folders: list[str]) -> bool:
    """Whether one to three folders stand three times in a row."""
    return any(
        folders[start : start + size] == folders[start + size : start + 2 * size]
        and folders[start : start + size] == folders[start + 2 * size : start + 3 * size]
        for size in (1, 2, 3)
        for start in range(len(folders) - 3 * size + 1)
    )


class BarrenLists:
    """Kinds of list pages (by the template of their address) that have shown nothing new for a long while."""

    def __init__(self) -> None:
        self._runs: Counter[str] = Counter()

    def note(self, url: str, *, has_new: bool) -> None:
        """What a list page read for the first time has shown: an article not known before, or none."""
        template = wide_template(url)
        self._runs[template] = 0 if has_new else self._runs[template] + 1

    def is_barren(self, url: str) -> bool:
        return self._runs[wide_template(url)] >= BARREN_RUN
