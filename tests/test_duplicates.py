"""What `scrapy duplicates` says: who had a text from whom, what was changed; the same after a crawl and a rebuild."""

import json
import sqlite3
from datetime import datetime
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from conftest import HOST, Scrapy
from test_corpus import article

from bench.reprint_texts import make_article
from cleaners import Article, RawPage, RejectReason
from cleaners.fingerprint import content_hash
from promo_crawler.commands.duplicates import _changes, _lines
from promo_crawler.corpus import Corpus
from promo_crawler.duplicates import Families, Family
from promo_crawler.loopback import PortalServer
from promo_crawler.rebuild import rebuild

NEWS = make_article(Random(1), 800)
CUT = NEWS[: len(NEWS) * 2 // 3]
EDITED = "石泉网讯 编辑部按：近日不少读者来信问起这件事，本网转来青澜日报的报道，供大家一读。" + NEWS
OTHER = make_article(Random(2), 350)
TABLES = ("sketches", "sketch_keys", "versions", "cluster_members")


def pages() -> list[Article]:
    """A text at its paper, word for word at another portal, abridged, edited; one that nobody took."""
    return [
        article(1, 12, text=NEWS, portal="qinglan", source="青澜日报"),
        article(2, 13, text=NEWS, portal="shiquan", source="青澜日报"),
        article(3, 14, text=CUT, portal="yungu", source="青澜日报"),
        article(4, 12, text=EDITED, portal="shiquan", source="青澜日报客户端", title="\x1b[31m又一标题"),
        article(5, 11, text=OTHER, portal="yungu"),
    ]


TITLES = {"qinglan": "青澜日报", "shiquan": "石泉网"}


def fill(data: Path, articles: list[Article]) -> Corpus:
    corpus = Corpus(data)
    for each in articles:
        corpus.add(each)
    corpus.catch_up()
    return corpus


def told(family: Family) -> list[tuple[str | None, str | None, str]]:
    return [(member.portal, (member.published_at or "")[:10], member.relation) for member in family.members]


def content(data: Path) -> dict[str, list[tuple[object, ...]]]:
    db = sqlite3.connect(data / "index.sqlite")
    rows = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    db.close()
    return rows


def test_a_cluster_says_who_had_it_from_whom(tmp_path: Path) -> None:
    families = Families(fill(tmp_path, pages()), TITLES)
    (family,) = families.all()
    assert told(family) == [
        ("qinglan", "2024-06-12", "origin"),
        ("shiquan", "2024-06-12", "extended"),
        ("shiquan", "2024-06-13", "same"),
        ("yungu", "2024-06-14", "abridged"),
    ]
    assert family.origin == family.members[0].id == family.members[2].id
    assert family.members[3].kept == 1
    assert 0.5 < family.members[3].origin_kept < 0.8
    assert list(families.all("yungu")) == [family]
    assert list(families.all("nobody")) == []
    assert families.of(family.members[3].id) == [family]


def test_a_text_seen_twice_is_told_though_nobody_changed_it(tmp_path: Path) -> None:
    same = [article(1, 12, text=NEWS, portal="a"), article(2, 11, text=NEWS, portal="b"), article(3, 9, text=OTHER)]
    families = Families(fill(tmp_path, same), {})
    (family,) = families.all()
    assert told(family) == [("b", "2024-06-11", "origin"), ("a", "2024-06-12", "same")]
    assert family.id == family.origin
    assert families.of(family.id) == [family]
    assert families.of(same[2].content_hash[:16]) == []


def test_the_order_of_arrival_changes_no_cluster(tmp_path: Path) -> None:
    states = []
    for number, order in enumerate(permutations(pages())):
        if number % 10:
            continue
        corpus = fill(tmp_path / str(number), list(order))
        families = list(Families(corpus, TITLES).all())
        corpus.close()
        states.append((families, content(tmp_path / str(number))))
    assert all(state == states[0] for state in states)
    assert states[0][1]["cluster_members"]


def test_a_rebuilt_index_has_the_same_clusters(tmp_path: Path) -> None:
    fill(tmp_path, pages()).close()
    before = content(tmp_path)
    (tmp_path / "index.sqlite").unlink()
    rebuild(tmp_path)
    assert content(tmp_path) == before
    assert before["versions"]


def test_reprocessing_the_archive_makes_the_clusters_of_the_crawl(
    portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    site = f"http://{HOST}/"
    assert scrapy("crawl", "portal", "-a", f"url={site}", server=portal).returncode == 0
    assert scrapy("reprocess", str(tmp_path / "data" / "raw"), data="again").returncode == 0
    crawled = content(tmp_path / "data")
    assert content(tmp_path / "again") == crawled
    corpus = Corpus(tmp_path / "data")
    assert corpus.reprints.articles() == {row["id"] for row in corpus.index.newest()} != set()
    corpus.close()


def test_what_is_withdrawn_leaves_its_cluster(tmp_path: Path) -> None:
    corpus = fill(tmp_path, pages())
    abridged = pages()[2]
    page = RawPage(url=abridged.url, body=b"", portal="yungu", fetched_at=abridged.fetched_at)
    corpus.reject(page, RejectReason.NO_BODY)
    (family,) = Families(corpus, TITLES).all()
    assert "yungu" not in {member.portal for member in family.members}
    assert not corpus.reprints.has(abridged.content_hash[:16])


def test_a_page_that_shows_another_text_later_has_both_in_the_index(tmp_path: Path) -> None:
    later = article(1, 12, text=EDITED, fetched_at=datetime.fromisoformat("2024-07-02T00:00:00+00:00"))
    corpus = fill(tmp_path, [article(1, 12, text=NEWS), later])
    (family,) = Families(corpus, {}).all()
    assert len({member.id for member in family.members}) == 2


def test_the_diff_shows_what_was_changed_and_nothing_steers_the_terminal(tmp_path: Path) -> None:
    families = Families(fill(tmp_path, pages()), TITLES)
    (family,) = families.all()
    plain, coloured = ("\n".join(_changes(families, family, colours)) for colours in (False, True))
    assert "{+石泉网讯 编辑部按：" in plain
    assert "供大家一读。+}" in plain
    assert "\x1b" not in plain + "\n".join(_lines(family))
    assert "\x1b[32m石泉网讯 " in coloured
    assert f"…{len(NEWS) - len(CUT) - 200} characters…" in plain


def test_the_command(scrapy: Scrapy, tmp_path: Path) -> None:
    corpus = fill(tmp_path / "data", pages())
    (family,) = Families(corpus, {}).all()
    corpus.close()
    found = json.loads(scrapy("duplicates", "--json").stdout)
    assert found["id"] == family.id
    assert found["origin"] in {member["id"] for member in found["members"]}
    assert {frozenset(member) for member in found["members"]} == {
        frozenset({"id", "url", "portal", "published_at", "relation"})
    }
    assert len(found["members"]) == 4
    shown = scrapy("duplicates", "--show", family.id[:8])
    assert shown.returncode == 0
    assert "{+石泉网讯 " in shown.stdout
    assert "\x1b" not in shown.stdout
    assert family.id in scrapy("duplicates", "--portal", "yungu", "--limit", "1").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--show", "zz"),
        ("--show", ""),
        ("--show", pages()[4].content_hash[:16]),
        ("--show", "0", "--limit", "3"),
        ("--limit", "0"),
        ("word",),
    ],
)
def test_bad_input_is_one_sentence(scrapy: Scrapy, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    fill(tmp_path / "data", pages()).close()
    run = scrapy("duplicates", *arguments)
    assert run.returncode in (1, 2)
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("scrapy duplicates: ")


def test_without_a_corpus_there_is_one_sentence(scrapy: Scrapy) -> None:
    run = scrapy("duplicates")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1


def test_show_names_the_cluster(tmp_path: Path, scrapy: Scrapy) -> None:
    fill(tmp_path / "data", pages()).close()
    origin, cut = (content_hash(text)[:16] for text in (NEWS, CUT))
    shown = json.loads(scrapy("show", cut, "--json").stdout)
    (cluster,) = shown["clusters"]
    assert cluster["origin"] == origin
    relations = {(member["portal"], member["id"] == cut): member["relation"] for member in cluster["members"]}
    assert relations == {
        ("qinglan", False): "origin", ("shiquan", False): "same", ("yungu", True): "abridged",
    }  # fmt: skip
    printed = scrapy("show", cut).stdout
    assert f"cluster {cluster['id']}" in printed
    assert "qinglan" in printed
    alone = json.loads(scrapy("show", content_hash(OTHER)[:16], "--json").stdout)
    assert alone["clusters"] == []


def test_clusters_are_a_table_for_people(tmp_path: Path) -> None:
    fill(tmp_path, pages()).close()
    db = sqlite3.connect(tmp_path / "index.sqlite")
    rows = db.execute("SELECT cluster, article, portal FROM clusters").fetchall()
    db.close()
    (family,) = Families(Corpus(tmp_path), {}).all()
    assert {row[0] for row in rows} == {family.id}
    assert {row[1] for row in rows} == {member.id for member in family.members}
