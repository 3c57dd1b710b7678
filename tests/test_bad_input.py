"""Wrong words and broken files: one clear sentence, an exit code, nothing stored is touched."""

import gzip
import shutil
from pathlib import Path

import pytest
from conftest import DEMO, HOST, Scrapy, articles, last_report, tree

from promo_crawler.loopback import PortalServer

ARTICLE = DEMO / "site" / "zsyz" / "202406" / "t20240612_1024.html"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("crawl", "nowhere"), "no portal is called nowhere"),
        (("crawl",), "say one portal"),
        (("crawl", "portal"), "start page of portal is not known"),
        (("crawl", "jiayu", "-a", "colour=red"), "no argument colour"),
        (("crawl", "jiayu", "-a", "since=yesterday"), "since=yesterday"),
        (("crawl", "jiayu", "-a", "max_pages=many"), "max_pages=many"),
        (("crawl", "jiayu", "-a", "refetch=perhaps"), "refetch=perhaps"),
        (("crawl", "portal", "-a", "url=ftp://a.example/"), "url=ftp://a.example/"),
        (("crawl", "portal", "-a", "url=http://me:secret@a.example/"), "a name and a password"),
        (("crawl", "portal", "-a", "url=http://[::1"), "url=http://[::1"),
        (("crawl", "jiayu", "-s", "SCRIPT_CONFIG=s2t"), "SCRIPT_CONFIG=s2t"),
        (("reprocess",), "say which files or folders"),
        (("reprocess", "/no/such/place"), "/no/such/place: no such file"),
        (("reprocess", "fixtures/demo/site/files"), "nothing to read again"),
        (("reprocess", "pyproject.toml"), "not a WARC file"),
        (("savefixture", "jiayu"), "say <portal>/<slug>"),
        (("savefixture", "jiayu/../../x", "a.html"), "say <portal>/<slug>"),
    ],
)
def test_wrong_words_get_one_sentence(arguments: tuple[str, ...], words: str, scrapy: Scrapy) -> None:
    run = scrapy(*arguments)
    complaints = [line for line in run.stderr.splitlines() if line.startswith(f"scrapy {arguments[0]}: ")]
    assert run.returncode == 2
    assert len(complaints) == 1
    assert words in complaints[0]
    assert "Traceback" not in run.stderr


def test_data_folder_that_cannot_be_used(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    run = scrapy("crawl", "jiayu")
    assert run.returncode == 1
    assert "cannot use" in run.stderr
    assert "Traceback" not in run.stderr


def test_portal_that_does_not_answer(scrapy: Scrapy, tmp_path: Path) -> None:
    run = scrapy("crawl", "portal", "-a", f"url=http://{HOST}/", "-s", "RETRY_TIMES=0")
    assert run.returncode == 1
    assert "not one page could be read" in run.stderr
    assert "Traceback" not in run.stderr
    assert last_report(tmp_path / "data")["counts"] == {
        "known_articles": 0,
        "pages/failed/refused": 1,
        "pages/total": 1,
    }


def test_broken_files_are_counted_and_the_run_goes_on(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    crawl = ("crawl", "portal", "-a", f"url=http://{HOST}/", "-a", "max_pages=9")
    assert scrapy(*crawl, server=portal, data="other").returncode == 0
    warc = next((tmp_path / "other" / "raw").rglob("*.warc.gz")).read_bytes()
    saved = tmp_path / "saved"
    saved.mkdir()
    shutil.copy(ARTICLE, saved / "good.html")
    (saved / "good.html.gz").write_bytes(gzip.compress(ARTICLE.read_bytes()))
    (saved / "empty.html").write_bytes(b"")
    (saved / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (saved / "torn.html.gz").write_bytes(gzip.compress(ARTICLE.read_bytes())[:-200])
    (saved / "torn.warc.gz").write_bytes(warc[: len(warc) * 2 // 3])
    (saved / "empty.warc.gz").write_bytes(b"")
    (saved / "text.warc").write_text("this is no WARC file")
    before = tree(saved)
    run = scrapy("reprocess", str(saved))
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    counts = last_report(tmp_path / "data")["counts"]
    assert counts["input/unreadable"] == 4  # torn.html.gz, torn.warc.gz (after what it still gave), two more
    assert counts["rejected/empty"] == 1
    assert counts["rejected/not_html"] == 1
    assert counts["articles/stored"] >= 2
    assert tree(saved) == before


def test_run_without_any_readable_file_fails(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"\x1f\x8b not really")
    run = scrapy("reprocess", str(tmp_path / "a.warc.gz"))
    assert run.returncode == 1
    assert "damaged" in run.stderr
    assert "Traceback" not in run.stderr
    assert articles(tmp_path / "data") == {}


@pytest.mark.parametrize(
    "facts",
    ["{", '{"page": "x"}', '{"page": {"url": 7}}', '{"page": {"fetched_at": "yesterday"}}', '{"page": {"portal": []}}'],
)
def test_saved_page_with_bad_facts_is_told_of_and_the_others_are_read(
    facts: str, scrapy: Scrapy, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("a.html", "b.html"):
        shutil.copy(ARTICLE, pages / name)
    (pages / "a.json").write_text(facts)
    run = scrapy("reprocess", str(pages))
    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    assert "/a." in run.stderr
    assert last_report(tmp_path / "data")["counts"]["input/unreadable"] == 1
    assert len(articles(tmp_path / "data")) == 1
