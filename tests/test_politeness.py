"""Waiting when a portal asks for it, stopping when it blocks, and not walking into endless spaces."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import HOST, Scrapy, articles, last_report, pages_asked

from promo_crawler.health import PATIENCE, Health
from promo_crawler.loopback import PortalServer
from promo_crawler.politeness import parse_retry_after
from promo_crawler.traps import BARREN_RUN, BarrenLists, is_endless

CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/")
NOW = datetime(2024, 6, 18, 4, 0, 0, tzinfo=UTC)
WALL = (
    "<html><head><title>访问被拦截</title></head><body><p>您的访问行为存在异常，请输入验证码后继续。</p></body></html>"
)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b"0", 0.0),
        (b"Tue, 18 Jun 2024 04:01:30 GMT", 90.0),
        (b"Tue, 18 Jun 2024 03:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: bytes | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@contextmanager
def answering(server: PortalServer, status: int, times: int, headers: dict[str, str] | None = None) -> Iterator[None]:
    """The first `times` requests for pages get this status."""
    server.refusals = [(status, headers or {})] * times
    yield
    server.refusals = []


def test_retry_after_is_waited_for(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    with answering(portal, 503, 1, {"Retry-After": "2"}):
        began = time.monotonic()
        assert scrapy(*CRAWL, "-a", "max_pages=2", server=portal).returncode == 0
    assert time.monotonic() - began > 2
    assert pages_asked(portal)[:2] == ["/", "/"]
    assert last_report(tmp_path / "data")["counts"]["waits"] == 1


def test_waits_grow_while_the_portal_is_overloaded(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    with answering(portal, 429, 2):
        began = time.monotonic()
        run = scrapy(*CRAWL, "-a", "max_pages=1", "-s", "BACKOFF_START=0.7", server=portal)
    assert run.returncode == 0
    assert time.monotonic() - began > 0.7 + 1.4
    assert pages_asked(portal, 200) == ["/"]


def test_portal_that_asks_for_a_long_wait_is_left_alone(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    with answering(portal, 503, 50, {"Retry-After": "86400"}):
        run = scrapy(*CRAWL, server=portal)
    assert len(pages_asked(portal)) == 1
    assert last_report(tmp_path / "data")["end"] == "asked_to_wait"
    assert "asks to wait 86400 s" in run.stderr
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert articles(tmp_path / "data")


@pytest.mark.parametrize("status", [403, 412])
def test_run_stops_where_a_firewall_answers(status: int, portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    assert scrapy(*CRAWL, "-a", "max_pages=5", server=portal).returncode == 0
    portal.asked.clear()
    with answering(portal, status, 500):
        run = scrapy(*CRAWL, server=portal)
    assert len(pages_asked(portal)) <= PATIENCE + 1
    report = last_report(tmp_path / "data")
    assert report["end"] == "blocked"
    assert any("has blocked this crawl" in warning for warning in report["warnings"])
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    # nothing is given up: the next run finds everything
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert len(articles(tmp_path / "data")) >= 20


def test_walls_with_status_200_are_walls(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    for path in portal.folder.rglob("*.html"):
        if path != portal.folder / "index.html":
            path.write_text(WALL, "utf-8")
    assert scrapy(*CRAWL, server=portal).returncode == 0
    report = last_report(tmp_path / "data")
    assert report["end"] == "blocked"
    assert len(pages_asked(portal)) <= PATIENCE + 3
    assert articles(tmp_path / "data") == {}


def test_health_needs_a_row_of_bad_answers() -> None:
    health = Health()
    for _ in range(PATIENCE - 1):
        assert health.note_blocked() is None
    health.note_good()
    assert [health.note_blocked() for _ in range(PATIENCE)] == [None] * (PATIENCE - 1) + ["blocked"]
    assert [health.note_failure() for _ in range(PATIENCE)][-1] == "unreachable"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.cn/list.asp?p=1&p=1", True),
        ("http://a.cn/news/news/news/1.html", True),
        ("http://a.cn/a/b/a/b/a/b/1.html", True),
        ("http://a.cn/?" + "&".join(f"k{n}={n}" for n in range(12)), True),
        ("http://a.cn/" + "x" * 500, True),
        ("http://a.cn/gk/zc/gk/1.html", False),
        ("http://a.cn/2024/2024/1.html", False),
        ("http://a.cn/Column.shtml?p5=28&p7=2", False),
        ("http://a.cn/art/2024/3/3/art_3_3.html", False),
        ("http://a.cn/list.asp?id=&page=", False),
    ],
)
def test_endless_addresses_are_told(url: str, expected: bool) -> None:
    assert is_endless(url) is expected


def test_kinds_of_lists_without_news_are_given_up_and_news_resets() -> None:
    lists = BarrenLists()
    for day in range(BARREN_RUN - 1):
        lists.note(f"http://a.cn/calendar?day={day}", has_new=False)
    lists.note("http://a.cn/calendar?day=500", has_new=True)
    for day in range(BARREN_RUN):
        assert not lists.is_barren(f"http://a.cn/calendar?day={day}")
        lists.note(f"http://a.cn/calendar?day={day}", has_new=False)
    assert lists.is_barren("http://a.cn/calendar?day=900")
    assert not lists.is_barren("http://a.cn/zsyz/")


def test_calendar_without_end_is_left(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    portal.calendar = "/rili/day.html"
    index = portal.folder / "index.html"
    index.write_bytes(
        index.read_bytes().replace(b"</body>", b'<a href="/rili/day.html?d=0">\xc8\xd5\xc0\xfa</a></body>')
    )
    assert scrapy(*CRAWL, server=portal).returncode == 0
    calendar = [path for path in pages_asked(portal) if path.startswith("/rili/")]
    assert BARREN_RUN <= len(calendar) <= BARREN_RUN + 1
    assert last_report(tmp_path / "data")["counts"]["pages/not_asked/barren"] == 1
    assert len(articles(tmp_path / "data")) >= 20


def test_redirect_that_leaves_the_portal_is_counted(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    with answering(portal, 302, 1, {"Location": "http://elsewhere.example/"}):
        run = scrapy(*CRAWL, server=portal)
    assert run.returncode == 1
    assert "leads to another portal: http://elsewhere.example/" in run.stderr
    counts = last_report(tmp_path / "data")["counts"]
    assert (counts["pages/total"], counts["pages/not_asked/offsite"]) == (1, 1)
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert articles(tmp_path / "data")


def test_report_adds_up_where_walls_answer(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    (portal.folder / "zsyz" / "index.html").write_text(WALL, "utf-8")
    assert scrapy(*CRAWL, server=portal).returncode == 0
    counts = last_report(tmp_path / "data")["counts"]
    assert counts["pages/failed/block_page"] == 1
    ends = ("rejected/", "articles/", "pages/failed/", "pages/not_asked/", "pages/lists", "pages/no_sitemap")
    assert counts["pages/total"] == sum(n for name, n in counts.items() if name.startswith(ends))
