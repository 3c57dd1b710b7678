"""What cleaning a page costs, beside one parse and beside trafilatura: ratios inside one run, on our own fixtures."""

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import lxml.html
import trafilatura

from cleaners import RawPage, Rejected, clean_page
from cleaners.charset import decode_page

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def read_fixtures() -> list[RawPage]:
    """The article pages of all portals."""
    pages = []
    for path in sorted(FIXTURES.glob("*/*.json")):
        fixture = json.loads(path.read_text("utf-8"))
        if fixture.get("kind") == "article":
            pages.append(RawPage(url=fixture["page"]["url"], body=path.with_suffix(".html").read_bytes()))
    return pages


def milliseconds(step: Callable[[RawPage], object], pages: list[RawPage], rounds: int = 5) -> float:
    """CPU milliseconds a page, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds + 1):  # the first one warms up
        start = time.process_time()
        for page in pages:
            step(page)
        best = min(best, 1000 * (time.process_time() - start) / len(pages))
    return best


def parse(page: RawPage) -> object:
    return lxml.html.fromstring(decode_page(page.body)[0])


def extract_with_trafilatura(page: RawPage) -> object:
    return trafilatura.bare_extraction(decode_page(page.body)[0], with_metadata=True, include_comments=False)


def clean(page: RawPage) -> object:
    try:
        return clean_page(page)
    except Rejected as no:
        return no


def main() -> None:
    logging.disable(logging.CRITICAL)
    pages = read_fixtures()
    base = milliseconds(extract_with_trafilatura, pages)
    print(f"{len(pages)} pages of our fixtures\n{'':28s}{'ms a page':>16s}{'x trafilatura':>14s}")
    for step in (parse, extract_with_trafilatura, clean):
        cost = base if step is extract_with_trafilatura else milliseconds(step, pages)
        print(f"{step.__name__:28s}{cost:16.2f}{cost / base:14.2f}")


if __name__ == "__main__":
    main()
