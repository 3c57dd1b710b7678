"""The date that a list shows for a link: in its list item, beside it, within its own words, or in a card around it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise

from lxml import html

from promo_crawler.anchors import Anchor, near_nodes, read_text, read_texts
from promo_crawler.list_dates import find_leading_date, has_year, is_date_text, parse_list_date, split_date
from promo_crawler.list_titles import own_text
from promo_crawler.url_shapes import find_url_day

SHORTEST_HEADLINE = 9
"""Names of authors, channels and tags beside a headline have fewer characters."""
ENOUGH_DATED = 3
"""Links of one block that have their dates within their words."""
_MAX_CARD_CHARS = 400
_MAX_CARD_LINKS = 10
_MAX_CARDS = 4
"""Links to one address whose cards are looked at."""
_MAX_LEVELS = 4


def mark_dated(anchors: Sequence[Anchor]) -> None:
    """Note which links have their date in their own words: `签约仪式举行(2024-05-06)`, where most of a block have."""
    dated = [anchor for anchor in anchors if len(anchor.label) >= SHORTEST_HEADLINE and _split(anchor)]
    counts = Counter(anchor.block for anchor in dated)
    counts.pop(-1, 0)
    if not counts:
        return
    headlines = Counter(anchor.block for anchor in anchors if len(anchor.label) >= SHORTEST_HEADLINE)
    for anchor in dated:
        anchor.has_date = counts[anchor.block] >= ENOUGH_DATED and counts[anchor.block] * 2 > headlines[anchor.block]


def _split(anchor: Anchor) -> tuple[str, str] | None:
    texts = (own_text(anchor.element), anchor.element.get("title") or "")
    return next((parts for text in texts if (parts := split_date(" ".join(text.split())))), None)


def find_listed_at(url: str, anchors: Sequence[Anchor], fetched_at: datetime | None) -> datetime | None:
    """The date beside any of the links; `10-19` that takes its year from the fetch only where none says more."""
    near = find_url_day(url)
    for fetch in (None, fetched_at):
        for anchor in anchors:
            if found := _find_date_beside(anchor, near, fetch):
                return found
    for anchor in anchors[:_MAX_CARDS]:
        if found := _find_date_in_card(anchor, near, fetched_at):
            return found
    return None


def _find_date_beside(anchor: Anchor, near: date | None, fetched_at: datetime | None) -> datetime | None:
    """The date in the list item of a link; else alone in the text right after it, or right before it."""
    item = anchor.element if anchor.item is None else anchor.item
    texts = read_texts(item)
    if found := _find_date_among(texts, near, fetched_at):
        return found
    if anchor.item is not None:
        # with words around it: 来源：本站 日期：2012-12-04
        own = set(read_texts(anchor.element))
        if found := parse_list_date(" ".join(text for text in texts if text not in own)[:400], near, fetched_at):
            return found
    lines_after, lines_before = anchor.after.split("\n"), anchor.before.split("\n")
    next_line = anchor.after.strip("\n").split("\n")[0]
    for text in (lines_after[0], lines_before[-1], next_line):
        shown = text if is_date_text(text) else find_leading_date(text)
        if shown and (found := parse_list_date(shown, near, fetched_at)):
            return found
    parts = _split(anchor) if anchor.has_date else None
    return parse_list_date(parts[1], near, fetched_at) if parts else None


def _find_date_among(texts: Sequence[str], near: date | None, fetched_at: datetime | None) -> datetime | None:
    # some show it in two parts: 05 and 2024-04, 03/10 and 2025
    dates = [text for text in [*texts, *map(" ".join, pairwise(texts))] if is_date_text(text)]
    for text in sorted(dates, key=has_year, reverse=True):
        if found := parse_list_date(text, near, fetched_at):
            return found
    return None


def _find_date_in_card(anchor: Anchor, near: date | None, fetched_at: datetime | None) -> datetime | None:
    """The only date in the part of the page around a headline that names its author, channel and tags, as links too."""
    if len(anchor.label) < SHORTEST_HEADLINE:
        return None
    for card in _cards(anchor):
        dates = {text for text in read_texts(card) if is_date_text(text)}
        if dates:
            return parse_list_date(dates.pop(), near, fetched_at) if len(dates) == 1 else None
    return None


def _cards(anchor: Anchor) -> Iterator[html.HtmlElement]:
    """The parts of the page around a link, smallest first, as far as no other headline is in them."""
    element = anchor.element if anchor.item is None else anchor.item
    href = anchor.element.get("href")
    for _ in range(_MAX_LEVELS):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return
        links = [node for node in near_nodes(parent) if node.tag == "a" and node.get("href") != href]
        if len(links) > _MAX_CARD_LINKS or any(len(read_text(link)) >= SHORTEST_HEADLINE for link in links):
            return
        if sum(map(len, read_texts(parent))) > _MAX_CARD_CHARS:
            return
        yield parent
        element = parent
