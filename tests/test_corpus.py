"""Each text once, with every place where it was seen, whatever came first."""

import itertools
import json
import os
import sqlite3
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import articles, tree

from cleaners import Article, RawPage, RejectReason
from cleaners.fingerprint import content_hash
from promo_crawler.corpus import Corpus, CorpusError


def article(number: int, day: int | None, text: str = "签约仪式在县会展中心举行。", **fields: object) -> Article:
    url = f"http://a.example/{number}.html"
    base = Article(
        url=url,
        canonical_url=url,
        portal="jiayu",
        title=f"标题{number}",
        text=text,
        published_at=datetime.fromisoformat(f"2024-06-{day:02}T00:00+08:00") if day else None,
        content_hash=content_hash(text),
        fetched_at=datetime.fromisoformat(f"2024-07-01T00:00:{number:02}+00:00"),
        cleaner_version="1",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def test_article_is_readable_without_our_software(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.add(article(1, 5, text="第一段。\n第二段。")) == "stored"
    (path,) = (tmp_path / "corpus" / "jiayu" / "2024").glob("*.txt")
    assert path.read_text("utf-8") == "第一段。\n第二段。\n"
    fields = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert fields["id"] == path.stem
    assert fields["title"] == "标题1"
    assert fields["published_at"] == "2024-06-05T00:00:00+08:00"
    assert [place["url"] for place in fields["sightings"]] == ["http://a.example/1.html"]


def test_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    same = [
        article(1, 9),
        article(2, 5, portal="other"),
        article(3, None),
        article(4, 5, text="签约仪式在县会展中心举行"),
    ]
    seen = []
    for number, order in enumerate(itertools.permutations(same)):
        corpus = Corpus(tmp_path / str(number))
        outcomes = [corpus.add(each) for each in order]
        assert outcomes == ["stored", "duplicate", "duplicate", "duplicate"]
        corpus.close()
        seen.append(tree(tmp_path / str(number) / "corpus"))
    assert all(files == seen[0] for files in seen)
    assert len(seen[0]) == 2
    (fields,) = articles(tmp_path / "0").values()
    assert fields["title"] == "标题2"
    assert fields["portal"] == "other"
    assert [place["title"] for place in fields["sightings"]] == ["标题2", "标题4", "标题1", "标题3"]


def test_same_place_again_is_known(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add(article(1, 5))
    before = tree(tmp_path / "corpus")
    assert corpus.add(article(1, 5)) == "known"
    later = datetime.fromisoformat("2024-08-01T00:00:00+00:00")
    assert corpus.add(article(1, 5, fetched_at=later)) == "known"
    assert tree(tmp_path / "corpus") == before


def test_reading_a_fetch_again_replaces_what_it_showed(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add(article(1, 5, text="正文。责任编辑：某某"))
    assert corpus.add(article(1, 6, text="正文。")) == "stored"
    (fields,) = articles(tmp_path).values()
    assert fields["text"] == "正文。"
    assert fields["published_at"].startswith("2024-06-06")
    assert len(tree(tmp_path / "corpus")) == 2


def test_rejected_fetch_withdraws_its_article(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add(article(1, 5))
    corpus.add(article(2, 6))
    page = RawPage(url="http://a.example/1.html", body=b"", fetched_at=article(1, 5).fetched_at)
    corpus.reject(page, RejectReason.NOT_AN_ARTICLE)
    (fields,) = articles(tmp_path).values()
    assert fields["title"] == "标题2"
    corpus.reject(
        replace(page, url="http://a.example/2.html", fetched_at=article(2, 6).fetched_at), RejectReason.NO_BODY
    )
    assert tree(tmp_path / "corpus") == {}
    assert not corpus.has(article(1, 5).content_hash)


def test_lost_files_come_back(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add(article(1, 5))
    before = tree(tmp_path / "corpus")
    for path in (tmp_path / "corpus").rglob("*.*"):
        path.unlink()
    assert corpus.add(article(1, 5)) == "known"
    assert tree(tmp_path / "corpus") == before


def test_failed_write_leaves_nothing_half(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            corpus.add(article(1, 5))
    assert tree(tmp_path / "corpus") == {}
    assert not corpus.has(article(1, 5).content_hash)
    assert corpus.add(article(1, 5)) == "stored"


def test_of_steps_together_one_that_fails_is_undone_alone(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = corpus.files.write_fields

    def full(path: str, fields: dict[str, Any], is_new: bool = False) -> None:
        if fields["title"] == "标题2":
            raise OSError(28, "No space left on device")
        write(path, fields, is_new)

    monkeypatch.setattr(corpus.files, "write_fields", full)
    pages = [article(1, 5), article(2, 6, text="第二篇。"), article(3, 7)]
    stored, failed, duplicate = corpus.together(partial(corpus.add, page) for page in pages)
    assert (stored, duplicate) == ("stored", "duplicate")
    assert isinstance(failed, OSError)
    with sqlite3.connect(tmp_path / "index.sqlite") as other:
        assert other.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_steps_together_give_what_they_give_apart(tmp_path: Path) -> None:
    pages = [article(1, 9), article(2, 5), article(1, 9, text="改过的正文。"), article(4, 5, text="另一篇。")]
    apart, together = Corpus(tmp_path / "apart"), Corpus(tmp_path / "together")
    outcomes = [apart.add(page) for page in pages]
    assert together.together(partial(together.add, page) for page in pages) == outcomes
    assert tree(tmp_path / "apart" / "corpus") == tree(tmp_path / "together" / "corpus")


def test_index_of_another_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"no database but some text that is long enough " * 50)
    with pytest.raises(CorpusError, match="cannot use"):
        Corpus(tmp_path)
