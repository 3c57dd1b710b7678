"""Every fixture of every portal: the page as it was served beside what a careful person reads in it.

A fixture is `fixtures/<portal>/<slug>.html` and `<slug>.json`; the folder names the spider. Fields that `expected`
does not name are not compared.
"""

import json
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from cleaners import Article, RawPage, Rejected, clean_page
from promo_crawler.discovery import Link, discover_links
from promo_crawler.portal_spider import PortalSpider

FIXTURES = Path(__file__).parent.parent / "fixtures"
PATHS = sorted(path for path in FIXTURES.glob("*/*.json") if path.parent.name != "demo")
WITHOUT_RULES = ("title", "text", "published_at")
"""What the general rules must read right, too, on pages of portals that nobody has declared."""
NEED_RULES: dict[str, str] = {}
"""Fixtures that only the portal's rules can read, with the reason: `"portal/slug": "why"`."""


def _spiders() -> SpiderLoader:
    settings = Settings()
    settings.setmodule("promo_crawler.settings")
    return SpiderLoader.from_settings(settings)


def _read(path: Path) -> tuple[dict[str, Any], RawPage]:
    fixture = json.loads(path.read_text(encoding="utf-8"))
    page = fixture["page"]
    times = {name: datetime.fromisoformat(page[name]) for name in ("fetched_at", "listed_at") if page.get(name)}
    body = path.with_suffix(".html").read_bytes()
    return fixture, RawPage(**{**page, **times, "body": body, "portal": path.parent.name})


def _plain(value: Any) -> Any:
    """A field of an article as JSON spells it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """One line for each field that differs; texts paragraph by paragraph. Empty where nothing does."""
    lines = []
    for name, value in expected.items():
        if found[name] == value:
            continue
        if name == "text":
            ours, theirs = value.split("\n"), found[name].split("\n")
            lines += [f"text lacks: {line}" for line in ours if line not in theirs]
            lines += [f"text adds:  {line}" for line in theirs if line not in ours]
            lines += ["text: paragraphs in another order"] if sorted(ours) == sorted(theirs) else []
        else:
            lines.append(f"{name}: expected {value!r}, found {found[name]!r}")
    return "\n".join(lines)


def _article(article: Article, names: Any) -> dict[str, Any]:
    fields = asdict(article)
    return {name: _plain(fields[name]) for name in names}


def _links(links: list[Link]) -> dict[str, dict[str, Any]]:
    return {link.url: {"url": link.url, "title": link.title, "listed_at": _plain(link.listed_at)} for link in links}


def _check_list(page: RawPage, spider: type[PortalSpider], expected: dict[str, Any]) -> str:
    found = discover_links(
        page,
        hosts=spider.hosts,
        article_urls=[re.compile(pattern) for pattern in spider.article_urls],
        list_urls=[re.compile(pattern) for pattern in spider.list_urls],
    )
    lines = []
    for name, wanted in expected.items():
        links = _links(getattr(found, name))
        wanted = {link["url"]: link for link in wanted} if name == "articles" else dict.fromkeys(wanted)
        lines += [f"{name} lacks: {url}" for url in wanted if url not in links]
        lines += [f"{name} adds:  {url}" for url in links if url not in wanted]
        for url, link in wanted.items():
            if link and url in links and (difference := _difference(link, links[url])):
                lines.append(f"{url}: {difference}")
        if name == "next_pages" and not lines and list(links) != list(wanted):
            lines.append("next_pages: in another order")
    return "\n".join(lines)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_page_is_read_as_expected(path: Path) -> None:
    fixture, page = _read(path)
    expected, spider = fixture["expected"], _spiders().load(path.parent.name)
    if fixture["kind"] == "list":
        difference = _check_list(page, spider, expected)
    elif fixture["kind"] == "rejected":
        with pytest.raises(Rejected) as rejected:
            clean_page(page, rules=spider.page_rules)
        difference = _difference(expected, {"reason": rejected.value.reason.value})
    else:
        article = clean_page(page, rules=spider.page_rules)
        difference = _difference(expected, _article(article, expected))
    assert not difference, "\n" + difference


ARTICLES = [path for path in PATHS if json.loads(path.read_text(encoding="utf-8"))["kind"] == "article"]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_article_is_read_without_rules(path: Path, request: pytest.FixtureRequest) -> None:
    if reason := NEED_RULES.get(f"{path.parent.name}/{path.stem}"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    fixture, page = _read(path)
    expected = {name: fixture["expected"][name] for name in WITHOUT_RULES if name in fixture["expected"]}
    difference = _difference(expected, _article(clean_page(page), expected))
    assert not difference, "\n" + difference


def test_every_portal_with_fixtures_has_an_article_and_a_list() -> None:
    kinds: dict[str, set[str]] = {}
    for path in PATHS:
        kinds.setdefault(path.parent.name, set()).add(json.loads(path.read_text(encoding="utf-8"))["kind"])
        assert path.with_suffix(".html").exists(), path
    assert all({"article", "list"} <= found for found in kinds.values()), kinds
