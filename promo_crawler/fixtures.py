"""Fixtures: a page byte for byte, and what a person expects to be read from it.

fixtures/<portal>/<slug>.html    the page
fixtures/<portal>/<slug>.json    {"kind": "article" | "list" | "rejected", "page": {...}, "expected": {...}}
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cleaners import RawPage, Rejected, clean_page
from promo_crawler.discovery import discover_links
from promo_crawler.links import Link
from promo_crawler.portal_spider import PortalSpider

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
# what no person can approve: identities, and facts of the run
_LEFT_OUT = {"url", "portal", "fetched_at", "cleaner_version", "content_hash", "changes", "encoding", "layout"}


def read_now(page: RawPage, spider: type[PortalSpider], is_list: bool) -> dict[str, Any]:
    """`kind` and `expected` of a fixture as today's rules read the page."""
    if is_list:
        found = discover_links(page, hosts=spider.hosts, **spider.url_patterns())
        return {
            "kind": "list",
            "expected": {
                "articles": [_link(link) for link in found.articles],
                "channels": [link.url for link in found.channels],
                "next_pages": [link.url for link in found.next_pages],
            },
        }
    try:
        fields = asdict(clean_page(page, spider.page_rules))
    except Rejected as no:
        return {"kind": "rejected", "expected": {"reason": no.reason}}
    return {"kind": "article", "expected": {k: _plain(v) for k, v in fields.items() if k not in _LEFT_OUT and v}}


def save_fixture(folder: Path, slug: str, page: RawPage, reading: dict[str, Any]) -> tuple[Path, Path]:
    """Writes page and expectation. Raises FileExistsError rather than overwrite what somebody approved."""
    folder.mkdir(parents=True, exist_ok=True)
    html, expectation = folder / f"{slug}.html", folder / f"{slug}.json"
    if html.exists() or expectation.exists():
        raise FileExistsError(f"{html} is there already")
    facts = {name: _plain(value) for name in ("url", "content_type", "fetched_at") if (value := getattr(page, name))}
    written = {"kind": reading["kind"], "page": facts, "expected": reading["expected"]}
    html.write_bytes(page.body)
    expectation.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return html, expectation


def _link(link: Link) -> dict[str, Any]:
    return {"url": link.url, "title": link.title, "listed_at": _plain(link.listed_at)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
