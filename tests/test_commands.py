"""Commands that look at one page."""

import json
import sqlite3
from pathlib import Path

import pytest
from conftest import DEMO, Scrapy

from cleaners import RawPage
from cleaners.clean import explain_page
from promo_crawler.explain import explain_as_html, explain_for_terminal
from promo_crawler.fixtures import read_now, save_fixture
from promo_crawler.loopback import PortalServer
from promo_crawler.spiders.portal import Portal

FILE = DEMO / "site" / "zsyz" / "202406" / "t20240612_1024.html"
LIST = DEMO / "site" / "zsyz" / "index.html"
URL = "http://www.qinglan.example/zsyz/202406/t20240612_1024.html"
EXPECTED = json.loads((DEMO / "expected.json").read_text("utf-8"))["pages"]["/zsyz/202406/t20240612_1024.html"]


def test_explain_shows_body_fields_and_dropped_lines(scrapy: Scrapy) -> None:
    run = scrapy("explain", str(FILE), "--url", URL)
    assert run.returncode == 0, run.stderr
    assert EXPECTED["title"] in run.stdout
    assert f"+ {EXPECTED['text'].splitlines()[0]}" in run.stdout
    assert "责任编辑" in run.stdout
    assert "\x1b[" not in run.stdout
    assert "\x1b[32m" in scrapy("explain", str(FILE), "--color", "always").stdout


def test_explain_as_html_escapes_the_page(tmp_path: Path) -> None:
    body = FILE.read_bytes().replace("代表团".encode("gb18030"), b"&lt;script&gt;alert(1)&lt;/script&gt;", 1)
    record = explain_page(RawPage(url=URL, body=body))
    page = explain_as_html(record)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert EXPECTED["title"] in page


def test_explain_keeps_control_characters_from_the_terminal() -> None:
    body = FILE.read_bytes().replace("代表团".encode("gb18030"), b"\x1b[2J\x07&#27;[31m", 1)
    shown = "\n".join(explain_for_terminal(explain_page(RawPage(url=URL, body=body)), colours=False, all_lines=True))
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_explain_says_why_a_page_is_no_article(scrapy: Scrapy) -> None:
    run = scrapy("explain", str(LIST))
    assert run.returncode == 0
    assert "rejected: not_an_article" in run.stdout


def test_explain_takes_a_page_from_the_archive_or_the_portal(
    crawled: Path, portal: PortalServer, scrapy: Scrapy
) -> None:
    assert EXPECTED["title"] in scrapy("explain", URL, server=portal, data="empty").stdout
    portal.asked.clear()
    assert EXPECTED["title"] in scrapy("explain", URL, server=portal).stdout
    assert portal.asked == []
    gone = scrapy("explain", "http://www.qinglan.example/nowhere.html", server=portal)
    assert gone.returncode == 1
    assert "could not be fetched" in gone.stderr


def test_explain_of_what_is_not_there(scrapy: Scrapy) -> None:
    run = scrapy("explain", "nowhere.html")
    assert run.returncode == 1
    assert "nowhere.html" in run.stderr
    assert "Traceback" not in run.stderr


def test_fixture_is_byte_exact_and_never_overwritten(tmp_path: Path) -> None:
    page = RawPage(url=URL, body=FILE.read_bytes(), content_type="text/html")
    reading = read_now(page, Portal, is_list=False)
    html, expectation = save_fixture(tmp_path, "signing", page, reading)
    assert html.read_bytes() == page.body
    written = json.loads(expectation.read_text("utf-8"))
    assert written["kind"] == "article"
    assert written["page"] == {"url": URL, "content_type": "text/html"}
    assert written["expected"]["text"] == EXPECTED["text"]
    with pytest.raises(FileExistsError):
        save_fixture(tmp_path, "signing", page, reading)


def test_fixture_of_a_list_expects_its_links() -> None:
    page = RawPage(url="http://www.qinglan.example/zsyz/", body=LIST.read_bytes())
    reading = read_now(page, Portal, is_list=True)
    assert reading["kind"] == "list"
    assert URL in [link["url"] for link in reading["expected"]["articles"]]
    assert reading["expected"]["next_pages"]


def test_savefixture_wants_to_know_where_a_file_came_from(scrapy: Scrapy) -> None:
    run = scrapy("savefixture", "qinglan/signing", str(FILE))
    assert run.returncode == 2
    assert "--url" in run.stderr


def test_index_is_written_without_gaps_and_says_the_same(crawled: Path, scrapy: Scrapy) -> None:
    before = scrapy("search", "招商", "--json").stdout
    db = sqlite3.connect(crawled / "index.sqlite")
    db.executescript("CREATE TABLE gap AS SELECT randomblob(500000); DROP TABLE gap")
    db.close()
    size = (crawled / "index.sqlite").stat().st_size
    run = scrapy("index", "--compact")
    assert run.returncode == 0, run.stderr
    assert (crawled / "index.sqlite").stat().st_size < size - 400_000
    assert scrapy("search", "招商", "--json").stdout == before != ""
    assert scrapy("index", "--compact", "--rebuild").returncode == 2
