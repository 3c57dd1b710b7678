"""The index: versions, batches, several writers, made anew from the files."""

import itertools
import json
import multiprocessing
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import HOST, Scrapy, tree
from test_corpus import article

from cleaners import Article, RawPage, RejectReason
from promo_crawler.corpus import Corpus, CorpusError
from promo_crawler.loopback import PortalServer
from promo_crawler.rebuild import rebuild


def fetched(number: int, day: int, **fields: Any) -> Article:
    """Page `number`, fetched on that day of July."""
    return article(number, 5, fetched_at=datetime.fromisoformat(f"2024-07-{day:02}T00:00:00+00:00"), **fields)


def content(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What an index says, whatever the order it was told in."""
    db = sqlite3.connect(data / "index.sqlite")
    names = "id, portal, title, source, published_at, published_from, authors, editors, section, characters, places"
    queries = {
        "articles": f"SELECT {names}, superseded FROM articles ORDER BY id",
        "sightings": "SELECT page, fetched, article, published, portal, record FROM sightings ORDER BY page, fetched",
        "rejects": "SELECT * FROM rejects ORDER BY page, fetched",
        "pending": "SELECT count(*) FROM pending",
        "unnumbered": "SELECT count(*) FROM articles WHERE doc NOT IN (SELECT id FROM words_docsize)",
    }
    found = {name: db.execute(query).fetchall() for name, query in queries.items()}
    db.close()
    return found


def by_text(data: Path) -> dict[str, dict[str, Any]]:
    return {fields["text"]: fields for fields in articles_by_id(data).values()}


def articles_by_id(data: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in (data / "corpus").rglob("*.json"):
        found[path.stem] = json.loads(path.read_text("utf-8")) | {
            "text": path.with_suffix(".txt").read_text("utf-8")[:-1]
        }
    return found


def test_changed_page_shows_versions_of_one_article_in_any_order(tmp_path: Path) -> None:
    pages = [
        fetched(1, 1, text="项目总投资5亿元，占地100亩。"),
        fetched(1, 2, text="项目总投资6亿元，占地100亩。"),
        fetched(1, 3, text="项目总投资5亿元，占地100亩。"),
        fetched(1, 4, text="项目总投资7亿元，占地120亩。"),
        fetched(2, 4, text="项目总投资6亿元，占地100亩。"),
    ]
    states = []
    for number, order in enumerate(itertools.permutations(pages)):
        data = tmp_path / str(number)
        corpus = Corpus(data)
        for page in order:
            corpus.add(page)
        corpus.close()
        states.append((tree(data / "corpus"), content(data)))
    assert all(state == states[0] for state in states)
    found = by_text(tmp_path / "0")
    five, six, seven = (found[page.text] for page in (pages[0], pages[1], pages[3]))
    names = {"id", "url", "fetched_at", "newest"}
    assert {frozenset(version) for version in seven["versions"]} == {frozenset(names)}
    assert [version["id"] for version in seven["versions"]] == [five["id"], six["id"], five["id"], seven["id"]]
    assert [version["newest"] for version in seven["versions"]] == [False, False, False, True]
    assert seven["versions"][0]["fetched_at"] == "2024-07-01T00:00:00+00:00"
    assert five["versions"] == six["versions"] == seven["versions"]
    superseded = dict(sqlite3.connect(tmp_path / "0" / "index.sqlite").execute("SELECT id, superseded FROM articles"))
    assert superseded == {five["id"]: 1, six["id"]: 0, seven["id"]: 0}  # page 2 still shows six


def test_page_that_never_changed_has_no_versions(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for day in (1, 2, 3):
        corpus.add(fetched(1, day))
    corpus.close()
    (fields,) = articles_by_id(tmp_path).values()
    assert fields["versions"] == []
    assert len(fields["sightings"]) == 1


def test_version_read_again_as_no_article_is_no_version(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(fetched(1, 1, text="项目总投资5亿元，占地100亩。"))
    corpus.add(fetched(1, 2, text="页面正在维护，请稍后再来访问。"))
    page = RawPage(url="http://a.example/1.html", body=b"", fetched_at=fetched(1, 2).fetched_at)
    corpus.reject(page, RejectReason.NOT_AN_ARTICLE)
    corpus.close()
    (fields,) = articles_by_id(tmp_path).values()
    assert fields["versions"] == []
    assert content(tmp_path)["articles"][0][-1] == 0


def test_places_say_what_differs_there(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, 5, authors=("张三",), layout="trs"))
    corpus.add(article(2, 6, authors=("张三", "李四"), layout="trs"))
    corpus.close()
    (fields,) = articles_by_id(tmp_path).values()
    first, second = fields["sightings"]
    assert "authors" not in first
    assert second["authors"] == ["张三", "李四"]
    assert "layout" not in second


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, 9, kicker="肩题", authors=("张三",)))
    corpus.add(article(2, 5, portal="other", section=("新闻", "要闻")))
    corpus.add(article(3, None, text="没有日期的一篇，来自外网。", source=None))
    corpus.add(article(4, 7, text="没有地址的一篇文字，只有正文。", url=None, canonical_url=None))
    corpus.add(fetched(5, 1, text="项目总投资5亿元，占地100亩。"))
    corpus.add(fetched(5, 2, text="项目总投资6亿元，占地100亩。"))
    corpus.add(fetched(5, 3, text="项目总投资5亿元，占地100亩。"))
    corpus.add(article(6, 8, text="地址带参数的一页。第二句。", url="http://a.example/6.html?utm_source=x"))
    corpus.reject(RawPage(url="http://a.example/9.html", body=b"", portal="jiayu"), RejectReason.NO_BODY, "empty")
    corpus.close()
    return tmp_path


def test_index_made_from_the_files_is_the_same(filled: Path) -> None:
    before, files = content(filled), tree(filled / "corpus")
    result = rebuild(filled)
    assert (result.articles, result.unreadable, result.rejects) == (len(before["articles"]), 0, 1)
    assert content(filled) == before
    assert tree(filled / "corpus") == files
    assert {path.name for path in filled.iterdir()} == {"corpus", "index.sqlite"}
    corpus = Corpus(filled)
    assert corpus.add(article(1, 9, kicker="肩题", authors=("张三",))) == "known"
    corpus.close()
    assert tree(filled / "corpus") == files


@pytest.mark.parametrize("damage", ["cut", "text", "newer", "lost", "zeros"])
def test_unusable_index_is_said_and_made_anew(filled: Path, damage: str, scrapy: Scrapy) -> None:
    path = filled / "index.sqlite"
    before = content(filled)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "text":
        path.write_text("no database but a text that is long enough to be taken for a header" * 50)
    elif damage == "zeros":
        path.write_bytes(path.read_bytes()[:100] + bytes(path.stat().st_size - 100))
    elif damage == "newer":
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 99")
        db.close()
    else:
        path.unlink()
    run = scrapy("search", "招商", data=".")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "scrapy index --rebuild" in run.stderr
    assert rebuild(filled).articles == len(before["articles"])
    assert content(filled)["articles"] == before["articles"]
    assert content(filled)["sightings"] == before["sightings"]


def test_rebuild_waits_for_nobody_and_spoils_nothing(filled: Path) -> None:
    before = content(filled)
    writer = Corpus(filled)
    writer.index.db.execute("BEGIN IMMEDIATE")
    with pytest.raises(CorpusError, match="another program"):
        rebuild(filled)
    writer.index.db.execute("ROLLBACK")
    writer.index.close()
    assert content(filled) == before
    assert not list(filled.glob(".index*"))


def test_rebuild_leaves_out_what_is_no_article(filled: Path) -> None:
    count = len(content(filled)["articles"])
    (filled / "corpus" / "notes.json").write_text("[1, 2]")
    (filled / "corpus" / "torn.json").write_text('{"id": "12')
    result = rebuild(filled)
    assert (result.articles, result.unreadable) == (count, 2)


def test_rebuild_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder"):
        rebuild(tmp_path)


def test_words_are_taken_in_after_a_kill(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, 5))
    corpus.index.close()  # as a kill leaves it
    assert content(tmp_path)["pending"] == [(1,)]
    Corpus(tmp_path).close()
    assert content(tmp_path)["pending"] == [(0,)]
    assert content(tmp_path)["unnumbered"] == [(0,)]


def test_text_of_a_template_is_brought_in_line_once_a_batch(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "one")
    urls = [f"http://a.example/{n}.html" for n in range(120)]
    pages = [article(n % 60, 5 + n % 20, fetched_at=None, url=u, canonical_url=u) for n, u in enumerate(urls)]
    for page in pages:
        corpus.add(page)
    corpus.close()
    other = Corpus(tmp_path / "other")
    for page in reversed(pages):
        other.add(page)
    other.close()
    (fields,) = articles_by_id(tmp_path / "one").values()
    assert len(fields["sightings"]) == 120
    assert tree(tmp_path / "one" / "corpus") == tree(tmp_path / "other" / "corpus")
    assert content(tmp_path / "one") == content(tmp_path / "other")


def _add_all(data: Path, pages: list[Article]) -> None:
    corpus = Corpus(data)
    for page in pages:
        corpus.add(page)
    corpus.close()


def test_several_processes_write_what_one_would(tmp_path: Path) -> None:
    texts = [f"第{n}个项目签约，总投资{n}亿元。" for n in range(40)]
    pages = [article(n % 60, 1 + n % 28, text=texts[n * 7 % 40], fetched_at=None) for n in range(60)]
    pages += [replace(page, portal="other", canonical_url=f"http://b.example/{n}.html") for n, page in enumerate(pages)]
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_add_all, args=(tmp_path / "many", pages[n::3] + pages[:30])) for n in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(timeout=120)
    assert [run.exitcode for run in runs] == [0, 0, 0]
    _add_all(tmp_path / "one", pages)
    assert tree(tmp_path / "many" / "corpus") == tree(tmp_path / "one" / "corpus")
    assert content(tmp_path / "many") == content(tmp_path / "one")


def test_many_articles_of_one_day_have_numbers_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_crawler.index.DAY", 4)
    corpus = Corpus(tmp_path)
    for number in range(12):
        corpus.add(article(number, 5 + number // 10, text=f"第{number}个项目今天开工建设。"))
    corpus.close()
    assert len(content(tmp_path)["articles"]) == 12
    assert content(tmp_path)["unnumbered"] == [(0,)]


def test_index_after_a_crawl_equals_that_of_the_archive(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    crawl = ("crawl", "portal", "-a", f"url=http://{HOST}/")
    assert scrapy(*crawl, server=portal).returncode == 0
    assert scrapy("reprocess", str(tmp_path / "data" / "raw"), data="again").returncode == 0
    assert content(tmp_path / "again") == content(tmp_path / "data")
    assert content(tmp_path / "data")["pending"] == [(0,)]
