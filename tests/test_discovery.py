"""Links told apart: every case is data in cases/discovery_*.json."""

import importlib.util
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.schema import CHINA, RawPage
from promo_crawler.discovery import discover_links, is_article_url
from promo_crawler.links import find_domain, is_on_site, parse_href
from promo_crawler.list_dates import parse_list_date
from promo_crawler.url_shapes import url_template

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"
PAGES = json.loads((CASES / "discovery_pages.json").read_text("utf-8"))
URLS = json.loads((CASES / "discovery_urls.json").read_text("utf-8"))
DATES = json.loads((CASES / "discovery_dates.json").read_text("utf-8"))
HOST = "http://www.xian.example"
FETCHED = datetime(2024, 6, 1, 8, tzinfo=CHINA)


def page_of(html: str | bytes, url: str = HOST + "/") -> RawPage:
    return RawPage(url=url, body=html if isinstance(html, bytes) else html.encode(), fetched_at=FETCHED)


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case["name"])
def test_page(case: dict) -> None:
    raw = RawPage(url=case["url"], body=case["html"].encode(), fetched_at=datetime.fromisoformat(case["fetched_at"]))
    found = discover_links(raw)
    listed = [[link.url, link.title, link.listed_at and f"{link.listed_at:%Y-%m-%d}"] for link in found.articles]
    assert listed == case["articles"]
    assert [link.url for link in found.next_pages] == case["next_pages"]
    assert {link.url for link in found.channels} == set(case["channels"])


@pytest.mark.parametrize("path", URLS["true"])
def test_address_of_an_article(path: str) -> None:
    assert is_article_url(HOST + path) is True


@pytest.mark.parametrize("path", URLS["false"])
def test_address_of_a_list(path: str) -> None:
    assert is_article_url(HOST + path) is False


@pytest.mark.parametrize("path", URLS["null"])
def test_address_that_does_not_tell(path: str) -> None:
    assert is_article_url(HOST + path) is None


@pytest.mark.parametrize("case", DATES, ids=lambda case: case["text"])
def test_list_date(case: dict) -> None:
    near = date.fromisoformat(case["near"]) if case["near"] else None
    found = parse_list_date(case["text"], near, FETCHED)
    assert (found and f"{found:%Y-%m-%d %H:%M}") == case["expected"]
    assert found is None or found.utcoffset() == CHINA.utcoffset(None)


def test_month_and_day_without_a_year_are_no_date() -> None:
    assert parse_list_date("05-31") is None


def test_declared_patterns_decide() -> None:
    html = "<a href='/x/1'>一</a><a href='/y/2'>二</a><a href='/z/2024-05-01/3.html'>一条很长很长的新闻标题</a>"
    patterns = {"article_urls": [re.compile(r"/x/\d+$")], "list_urls": [re.compile(r"/y/")]}
    found = discover_links(page_of(html), **patterns)
    assert [link.url for link in found.articles] == [HOST + "/x/1"]
    assert [link.url for link in found.channels] == [HOST + "/y/2"]
    assert is_article_url(HOST + "/x/1", patterns["article_urls"]) is True
    assert is_article_url(HOST + "/z/2024-05-01/3.html", patterns["article_urls"]) is False


def test_sister_hosts_count_unless_hosts_are_declared() -> None:
    html = "<a href='http://zs.xian.example/2024-05-01/1.html'>招商专刊头条新闻报道</a><a href='http://b.example/'>别家</a>"
    assert len(discover_links(page_of(html)).articles) == 1
    assert discover_links(page_of(html), hosts=["www.xian.example"]).articles == ()
    assert len(discover_links(page_of(html), hosts=["zs.xian.example"]).articles) == 1


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.jxta.gov.cn", "jxta.gov.cn"),
        ("zwgk.x.com", "x.com"),
        ("www.x.hb.cn", "x.hb.cn"),
        ("wangshuo.cjyun.org", "wangshuo.cjyun.org"),
        ("10.0.0.1", "10.0.0.1"),
        ("www.gov.cn", "www.gov.cn"),
    ],
)
def test_domain(host: str, domain: str) -> None:
    assert find_domain(host) == domain


def test_platform_hosts_are_apart() -> None:
    assert not is_on_site("http://b.cjyun.org/", "http://a.cjyun.org/")


def test_ids_of_one_template() -> None:
    assert url_template(HOST + "/news-show-1.html") == url_template(HOST + "/news-show-22.html")
    assert url_template(HOST + "/news-show-1.html") != url_template(HOST + "/news-list-1.html")


def test_gbk_page() -> None:
    html = "<meta charset=gb2312><a href='/2024-05-01/1.html'>锂电项目签约</a>".encode("gb18030")
    assert discover_links(page_of(html)).articles[0].title == "锂电项目签约"


@pytest.mark.parametrize(
    "html",
    [
        "<li><a href=/n/1.html>x" * 20_000,
        "<div>" * 50_000 + "<a href=/1.html>x</a>",
        '<script>var pages=9;location="' + "a" * 300_000 + "</script>",
        "<datastore>" + "<record><![CDATA[" * 50_000,
        "<a href=/n/1.html>" + " " * 1_000_000 + "</a>",
        "<li><a href=/n/1.html><div class=title>" + "<p>" * 20_000,
        "[" * 500_000,
        '{"title":' * 100_000,
        "[" + '{"title":"标题","url":"/n/1.html","time":"' + "2" * 5_000 + '"},' * 2_000,
        "<ul>" + "<li><a href=/n/1.html>开发区签约(2024-05-01" + ")" * 300 + "</a>" * 4_000,
    ],
    ids=["links", "nesting", "script", "records", "blanks", "card", "json", "json objects", "json dates", "dates"],
)
def test_hostile_pages_cost_little(html: str) -> None:
    started = datetime.now(UTC)
    found = discover_links(page_of(html))
    assert len(found.articles) + len(found.channels) <= 5_000
    assert (datetime.now(UTC) - started).total_seconds() < 10


@given(st.text(alphabet="/:[]@#?.=%htp\\ a0一\n", max_size=30))
def test_no_href_raises(href: str) -> None:
    url = parse_href(href, HOST + "/a/")
    assert url is None or url.startswith(("http://", "https://"))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>a =\"'/href1.html下一页2024-05（[", max_size=300))
def test_no_page_raises(html: str) -> None:
    discover_links(page_of(html))


@pytest.mark.skipif(not (SHARED / "gold/lists.jsonl").exists(), reason="the shared list pages are not here")
def test_shared_lists() -> None:
    spec = importlib.util.spec_from_file_location("score_lists", SHARED / "bench/score_lists.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    for line in (SHARED / "gold/lists.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        raw = RawPage(url=gold["base_url"], body=(SHARED / gold["file"]).read_bytes(), fetched_at=FETCHED)
        found = discover_links(raw)
        want = {bench.key(link["url"]) for link in gold["articles"]}
        neutral = {bench.key(url) for url in [*gold.get("undecided", []), *gold.get("home", [])]}
        got = {bench.key(link.url) for link in found.articles} - neutral
        assert len(got & want) >= 0.9 * max(len(want), len(got)), gold["file"]
        if gold.get("next_page"):
            assert bench.key(gold["next_page"]) in {bench.key(link.url) for link in found.next_pages}, gold["file"]
