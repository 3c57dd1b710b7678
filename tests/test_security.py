"""What is read and kept, and what reaches a terminal or a browser, when a page means harm."""

import ast
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import HOST, ROOT, Scrapy
from lxml import html

from cleaners import RawPage
from cleaners.clean import explain_page
from promo_crawler.archive import Archive, Exchange, Found
from promo_crawler.discovery import discover_links
from promo_crawler.explain import explain_as_html
from promo_crawler.loopback import PortalServer
from promo_crawler.names import folder_name


def test_entities_of_a_feed_read_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("招商秘密文件之内容")
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
        f"<rss><channel><item><title>&x;</title><link>http://{HOST}/a/1.html</link></item></channel></rss>"
    )
    found = discover_links(RawPage(url=f"http://{HOST}/rss.xml", body=feed.encode()))
    assert "秘密" not in repr(found)
    assert "秘密" not in repr(explain_page(RawPage(url=f"http://{HOST}/rss.xml", body=feed.encode())))


def test_sql_is_made_of_names_that_are_ours() -> None:
    """Values go in as parameters: what is formatted into a statement is no value, but one of these names of ours."""
    ours = {"table", "columns", "marks", "changes", "when", "query", "version", "names", "where", "schema", "order"}
    for path in sorted((ROOT / "promo_crawler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "").startswith("execute") and node.args:
                names = {name.id for name in ast.walk(node.args[0]) if isinstance(name, ast.Name)}
                used = {name for name in names if not name.isupper()}  # constants
                statement = node.args[0]
                if isinstance(statement, ast.JoinedStr | ast.BinOp):
                    assert used <= ours, f"{path.name}, line {node.lineno}: {used - ours}"
                assert not (isinstance(statement, ast.Call) and getattr(statement.func, "attr", "") == "format"), path


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_no_secrets_in_the_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "qinglan")
    secrets = {"Cookie": "s3cret-a", "Authorization": "Basic s3cret-b", "Proxy-Authorization": "Basic s3cret-c"}
    answered = {"Set-Cookie": "id=s3cret-d", "set-cookie2": "s3cret-e", "Location": "http://me:s3cret-f@a.example/"}
    archive.append(
        Exchange(
            "http://me:s3cret-g@www.qinglan.example/a.html?x=1",
            200,
            datetime(2024, 6, 18, tzinfo=UTC),
            [("User-Agent", "kept-agent"), ("Referer", "http://u:s3cret-h@a.example/"), *secrets.items()],
            [("Content-Type", "text/html"), ("ETag", '"kept-etag"'), *answered.items()],
            b"<p>mail me@a.example</p>",
        ),
        Found("qinglan", via="http://me:s3cret-i@www.qinglan.example/"),
    )
    archive.close()
    (path,) = tmp_path.rglob("*.warc.gz")
    data = gzip.decompress(path.read_bytes())
    assert b"s3cret" not in data
    assert data.count(b"kept-") == 2
    assert b"mail me@a.example" in data
    assert b"http://www.qinglan.example/a.html?x=1" in data


@pytest.mark.parametrize(("name", "value"), [("X-Title", "\xd5\xd0\xc9\xcc; size=3"), ("X-\xe9", "a")])
def test_headers_of_any_bytes_are_archived(name: str, value: str, tmp_path: Path) -> None:
    archive = Archive(tmp_path, "qinglan")
    headers = [("ETag", '"kept"'), (name, value)]
    archive.append(
        Exchange("http://www.qinglan.example/a.html", 200, datetime(2024, 6, 18, tzinfo=UTC), [], headers, b"<p>x</p>"),
        Found("qinglan"),
    )
    archive.close()
    (path,) = tmp_path.rglob("*.warc.gz")
    assert b'ETag: "kept"' in gzip.decompress(path.read_bytes())


@pytest.mark.parametrize(
    "name", ["../../etc", "a/b", "a\\b", "..", ".", "", "\x00", "a\nb", "CON", "\u202e", "a" * 200, "招" * 200]
)
def test_file_names_are_safe(name: str) -> None:
    folder = folder_name(name)
    assert folder
    assert folder.strip(".")
    assert all(char.isascii() and (char.isalnum() or char in "._-~%") for char in folder)
    assert len(folder) <= 255


# --- what people see --------------------------------------------------------------------------------------------------

CONTROLS = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x07\u202e\u2066\u200f\r\x08"
EVIL = f"<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>{CONTROLS}"
ESCAPED = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def evil_page() -> str:
    """A page that says something wicked in every place from which the cleaners read."""
    return (
        f'<html><head><meta charset="utf-8"><title>青澜签约{ESCAPED}</title>'
        f'<meta name="keywords" content="{ESCAPED}"><meta name="author" content="{ESCAPED}">'
        f'<meta name="source" content="{ESCAPED}"><meta property="og:url" content="http://a.example/{ESCAPED}"></head>'
        f"<body><div class=crumb>首页 &gt; {ESCAPED} &gt; 正文</div><h1>青澜县签约七个项目{ESCAPED}</h1>"
        f"<p>2024-06-12 09:26　来源：青澜日报{ESCAPED}　作者：张三{ESCAPED}　责任编辑：李四{ESCAPED}</p>"
        f'<div id="zoom"><p>青澜县赴长三角开展招商推介活动{ESCAPED}，三天签下七个项目，总投资四十二亿元。</p>'
        f"<p>县投资促进局局长介绍，项目涵盖新材料、装备制造等产业{ESCAPED}，达产后可新增税收三亿元。</p>"
        f'<p><img src="/a.jpg{ESCAPED}" alt="{ESCAPED}"></p><p>图为签约现场{ESCAPED}</p></div>'
        f"<p>责任编辑：王五{ESCAPED}</p></body></html>"
    )


def steers(shown: str) -> set[str]:
    """Characters that steer a terminal or turn text around."""
    return {char for char in shown if char != "\n" and not char.isprintable()} - {"\u3000"}


@pytest.fixture
def evil_portal(portal: PortalServer) -> PortalServer:
    (portal.folder / "zsyz/202406/t20240612_1024.html").write_text(evil_page(), "utf-8", newline="")
    index = f"<title>{ESCAPED}</title><h1>{ESCAPED}</h1><ul>{''.join(_items())}</ul>"
    (portal.folder / "index.html").write_text(f"<meta charset=utf-8>{index}", "utf-8", newline="")
    return portal


def _items() -> Iterator[str]:
    for n in (1024, 1025, 1026):
        title = f"青澜县签约七个项目{ESCAPED}"
        yield f'<li><a href="/zsyz/202406/t20240612_{n}.html" title="{title}">{title}</a>2024-06-12</li>'
    yield f'<li><a href="/zsyz/&#27;]0;owned&#7;{ESCAPED}/">{ESCAPED}</a></li>'


def test_pages_do_not_steer_the_terminal(evil_portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    address = f"http://{HOST}/zsyz/202406/t20240612_1024.html"
    crawl = scrapy("crawl", "portal", "-a", f"url=http://{HOST}/", "-a", "max_pages=6", server=evil_portal)
    commands = [
        ("explain", address, "--all", "--color", "never"),
        ("show", address),
        ("search", "招商"),
        ("stats",),
        ("portal", f"http://{HOST}/"),
    ]
    runs = [crawl, *(scrapy(*command, server=evil_portal) for command in commands)]
    for command, run in zip(["crawl", *commands], runs, strict=True):
        assert steers(run.stdout + run.stderr) == set(), command
        assert "Traceback" not in run.stderr, (command, run.stderr)
    assert "青澜县" in runs[1].stdout


@pytest.mark.parametrize("field", ["title", "body", "all"])
def test_web_page_of_explain_escapes_everything(field: str) -> None:
    body = {
        "title": f"<title>{ESCAPED}</title><h1>{ESCAPED}</h1><div id=zoom><p>{'招商引资。' * 30}</div>",
        "body": f"<div id=zoom><p>{ESCAPED}{'招商引资。' * 30}<p>{ESCAPED}</div>",
        "all": evil_page(),
    }[field]
    record = explain_page(
        RawPage(
            url=f"http://{HOST}/{EVIL}",
            body=body.encode(),
            portal=EVIL,
            listed_title=EVIL,
            fetched_at=datetime(2024, 6, 18, tzinfo=UTC),
        )
    )
    written = explain_as_html(record)
    root = html.document_fromstring(written.encode(), parser=html.HTMLParser(encoding="utf-8"))
    assert {element.tag for element in root.iter()} <= {
        *("html", "head", "body", "meta", "title", "style", "h1", "p", "table", "tr", "th", "td", "ol", "li"),
        *("span", "main", "small", "tbody"),
    }
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert "alert(1)" in root.text_content()


def test_web_page_of_explain_turns_no_text_around() -> None:
    record = explain_page(RawPage(url=f"http://{HOST}/{CONTROLS}", body=evil_page().encode()))
    assert steers(explain_as_html(record)) == set()


def test_json_does_not_steer_the_terminal(evil_portal: PortalServer, scrapy: Scrapy) -> None:
    address = f"http://{HOST}/zsyz/202406/t20240612_1024.html"
    scrapy("crawl", "portal", "-a", f"url=http://{HOST}/", "-a", "max_pages=6", server=evil_portal)
    for command in (("show", address), ("search", "招商"), ("stats",), ("duplicates",), ("portal", f"http://{HOST}/")):
        shown = scrapy(*command, "--json", server=evil_portal).stdout
        assert steers(shown) == set(), command
        whole = [shown] if command[0] in ("show", "portal") else shown.splitlines()
        assert all(map(json.loads, whole)), command
