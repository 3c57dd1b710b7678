"""The index of reprints: what it finds does not depend on the order, and what is taken out leaves no trace."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reprint_texts import VERSIONS, fill_report, join, make_article, make_report
from cleaners.comparison import Relation
from promo_crawler import reprints
from promo_crawler.database import open_database, together
from promo_crawler.records import article_number
from promo_crawler.reprint_clusters import ClusterTable
from promo_crawler.reprints import REPRESENTATIVES, SCHEMA, ReprintIndex

TABLES = ("sketches", "sketch_keys", "versions", "cluster_members")


def id_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def open_index(path: Path | str, texts: Iterable[str] = (), representatives: int = REPRESENTATIVES) -> ReprintIndex:
    by_id = {id_of(text): text for text in texts}
    return ReprintIndex(open_database(Path(path), SCHEMA, 1), by_id.get, representatives)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    db = sqlite3.connect(path)
    rows = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    db.close()
    return rows


def family(rng: Random, length: int = 500) -> list[str]:
    text = make_article(rng, length)
    return [text] + [VERSIONS[name](text, rng) for name in ("header, footer", "lead cut", "3 % edited")]


def members(index: ReprintIndex) -> set[frozenset[str]]:
    return {frozenset(cluster.members) for cluster in index.clusters()}


def test_versions_make_a_cluster_and_other_texts_none(path: Path) -> None:
    rng = Random(1)
    one, two, alone = family(rng), family(rng), make_article(rng, 500)
    index = open_index(path, [*one, *two, alone])
    index.add_all((id_of(text), text) for text in [*one, *two, alone])
    assert members(index) == {frozenset(map(id_of, one)), frozenset(map(id_of, two))}
    (cluster,) = index.clusters_of(id_of(one[0]))
    assert cluster == index.cluster(cluster.id)
    assert cluster.id in cluster.members
    assert index.relation(cluster, id_of(one[1]), id_of(one[0])) is Relation.EXTENDED
    assert index.relation(cluster, id_of(one[2]), id_of(one[0])) is Relation.ABRIDGED
    assert index.relation(cluster, id_of(one[0]), id_of(one[2])) is Relation.EXTENDED
    assert index.clusters_of(id_of(alone)) == []
    assert index.has(id_of(alone))
    assert not index.has("00" * 8)
    assert index.cluster("00" * 8) is None


def test_what_is_linked_is_told_when_it_is_added(path: Path) -> None:
    rng = Random(2)
    text, version, _, _ = family(rng)
    index = open_index(path, [text, version])
    assert index.add(id_of(text), text) == ()
    assert index.add(id_of(version), version) == (id_of(text),)
    assert index.add(id_of(version), version) == (id_of(text),)
    assert index.versions_of(id_of(text)) == {id_of(version): Relation.EXTENDED}


def test_reports_in_the_same_formulas_are_no_reprints(path: Path) -> None:
    rng = Random(3)
    lines = make_report(rng, "青澜县")
    texts = [fill_report(rng, lines) for _ in range(20)]
    texts += [text.replace("青澜县", "石泉县") for text in (fill_report(rng, lines) for _ in range(5))]
    index = open_index(path, texts)
    index.add_all((id_of(text), text) for text in texts)
    assert list(index.clusters()) == []


def test_a_joined_text_belongs_to_both_clusters_and_does_not_make_one(path: Path) -> None:
    rng = Random(4)
    one, two = family(rng, 500), family(rng, 600)
    whole = join(one[0], two[0], rng)
    texts = [*one, *two, whole]
    index = open_index(path, texts)
    index.add_all((id_of(text), text) for text in [*one, whole])
    assert members(index) == {frozenset(map(id_of, [*one, whole]))}  # an extended version, as far as is known
    index.add_all((id_of(text), text) for text in two)
    assert members(index) == {frozenset(map(id_of, [*one, whole])), frozenset(map(id_of, [*two, whole]))}
    for cluster in index.clusters_of(id_of(whole)):
        origin = next(member for member in cluster.members if member != id_of(whole))
        assert cluster.joined == {id_of(whole)}
        assert index.relation(cluster, id_of(whole), origin) is Relation.JOINED
    for text in two:
        index.remove(id_of(text))
    assert members(index) == {frozenset(map(id_of, [*one, whole]))}


def pool() -> list[str]:
    """Families, a joined text, a chain of overlapping pieces, reports and boilerplate: what could depend on order."""
    rng = Random(5)
    one, two = family(rng, 300), family(rng, 400)
    long = make_article(rng, 900)
    third = len(long) // 3
    pieces = [long[: 2 * third], long[third // 2 : 2 * third + third // 2], long[third:], long[: third + third // 2]]
    lines = make_report(rng, "青澜县", 4)
    tail = make_article(rng, 150)
    tails = [make_article(rng, 150) + tail for _ in range(4)]
    return [*one, *two, join(one[0], two[0], rng), long, *pieces, *(fill_report(rng, lines) for _ in range(3)), *tails]


POOL = pool()
indices = st.integers(0, len(POOL) - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(indices, max_size=40), st.sampled_from([1, 2, 6]), st.randoms(use_true_random=False))
def test_the_state_depends_on_the_set_of_articles_alone(steps: list[int], representatives: int, rng: Random) -> None:
    """Each number adds its text, or takes it out if it is there; then the same set is added anew in another order."""
    index, anew = open_index(":memory:", POOL, representatives), open_index(":memory:", POOL, representatives)
    present: set[str] = set()
    for step in steps:
        text = POOL[step]
        if text in present:
            index.remove(id_of(text))
        else:
            index.add(id_of(text), text)
        present ^= {text}
    order = sorted(present)
    rng.shuffle(order)
    anew.add_all((id_of(text), text) for text in order)
    for table in TABLES:
        rows = [sorted(map(tuple, one._db.execute(f"SELECT * FROM {table}"))) for one in (index, anew)]
        assert rows[0] == rows[1], table
    index._db.close()
    anew._db.close()


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(len(POOL))), st.integers(1, len(POOL)))
def test_clusters_that_grow_are_those_that_a_walk_over_all_links_finds(order: list[int], count: int) -> None:
    index = open_index(":memory:", POOL)
    index.add_all((id_of(POOL[number]), POOL[number]) for number in order[:count])
    query = "SELECT * FROM cluster_members ORDER BY cluster, article"
    grown = list(map(tuple, index._db.execute(query)))
    index._clusters.regroup([article_number(id_of(POOL[number])) for number in order[:count]])
    assert list(map(tuple, index._db.execute(query))) == grown
    index._db.close()


def test_an_addition_to_a_large_family_does_not_walk_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(11)
    text = make_article(rng, 300)
    texts = [VERSIONS["3 % edited"](text, rng) for _ in range(120)]
    walks = []
    monkeypatch.setattr(ClusterTable, "regroup", lambda self, touched: walks.append(touched))
    index = open_index(path, texts)
    index.add_all((id_of(one), one) for one in texts)
    assert len(walks) < len(texts) / 2


def test_a_phrase_that_many_share_brings_no_two_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowded key is not enough: the texts are not even looked at."""
    rng = Random(12)
    phrase = make_article(rng, 60)
    texts = {id_of(text): text for text in (make_article(rng, 500) + "\n" + phrase for _ in range(60))}
    looks: list[str] = []
    monkeypatch.setattr(reprints, "may_be_versions", lambda one, other: looks.append(one))
    index = ReprintIndex(open_database(path, SCHEMA, 1), texts.get)
    index.add_all(texts.items())
    assert list(index.clusters()) == []
    assert len(looks) < len(texts)


def test_halves_beside_the_whole_belong_to_it_and_it_to_both(path: Path) -> None:
    """What the text cannot tell from an overview of two articles; by the dates the whole may still be the origin."""
    rng = Random(13)
    text = make_article(rng, 800)
    lead, tail = text[:400], text[400:]
    index = open_index(path, [text, lead, tail])
    index.add_all((id_of(one), one) for one in (text, lead, tail))
    assert members(index) == {frozenset(map(id_of, (text, lead))), frozenset(map(id_of, (text, tail)))}
    for cluster in index.clusters_of(id_of(text)):
        part = next(member for member in cluster.members if member != id_of(text))
        assert index.relation(cluster, part, id_of(text)) is Relation.ABRIDGED
        assert index.relation(cluster, id_of(text), part) is Relation.JOINED


def test_a_version_of_a_version_is_told_from_one_of_the_origin(path: Path) -> None:
    rng = Random(14)
    long = make_article(rng, 1200)
    first, middle, last = long[:700], long[150:1050], long[500:]
    index = open_index(path, [first, middle, last])
    index.add_all((id_of(one), one) for one in (first, middle, last))
    (cluster,) = index.clusters_of(id_of(first))
    assert set(cluster.members) == set(map(id_of, (first, middle, last)))
    assert index.relation(cluster, id_of(last), id_of(first)) is Relation.INDIRECT


def test_a_family_of_any_size_hangs_together(path: Path) -> None:
    rng = Random(6)
    text = make_article(rng, 400)
    texts = [VERSIONS[rng.choice(["1 % edited", "header, footer", "tail cut"])](text, rng) for _ in range(60)]
    index = open_index(path, texts)
    index.add_all((id_of(one), one) for one in texts)
    (cluster,) = index.clusters()
    assert set(cluster.members) == set(map(id_of, texts))


def test_what_many_share_is_looked_at_in_few(path: Path) -> None:
    """A hundred texts with the same half: each is compared with a few of them, not with all."""
    rng = Random(7)
    half = make_article(rng, 300)
    texts = {id_of(text): text for text in (make_article(rng, 320) + "\n" + half for _ in range(100))}
    reads: list[str] = []

    def read(id_: str) -> str | None:
        reads.append(id_)
        return texts.get(id_)

    index = ReprintIndex(open_database(path, SCHEMA, 1), read)
    index._remember = lambda article, folded: folded  # type: ignore[method-assign]
    index.add_all(texts.items())
    assert list(index.clusters()) == []
    assert len(reads) < 2 * 40 * len(texts) < 2 * len(texts) * (len(texts) - 1) / 2


def test_a_text_that_is_gone_is_a_version_of_nothing(path: Path) -> None:
    rng = Random(8)
    text, version, _, _ = family(rng)
    open_index(path).add(id_of(text), text)
    index = open_index(path)  # knows no text
    assert index.add(id_of(version), version) == ()


def test_a_failure_changes_nothing(path: Path) -> None:
    rng = Random(9)
    text, version, _, _ = family(rng)
    open_index(path).add(id_of(text), text)
    before = content(path)

    def fail(id_: str) -> str:
        raise OSError("disk")

    index = ReprintIndex(open_database(path, SCHEMA, 1), fail)
    with pytest.raises(OSError, match="disk"):
        index.add_all([(id_of("x" * 40), "x" * 40), (id_of(version), version)])
    assert content(path) == before


def test_writing_is_part_of_the_transaction_of_the_caller(path: Path) -> None:
    db = open_database(path, SCHEMA, 1)
    index = ReprintIndex(db, {}.get)

    def write_and_fail() -> None:
        with together(db):
            index.add("0" * 16, NEWS)
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert not index.has("0" * 16)


NEWS = "青澜县电子元件产业园今天开工，项目总投资12.5亿元，占地180亩，计划明年10月投产。"


def test_texts_without_a_sketch_are_taken_in_and_out(path: Path) -> None:
    index = open_index(path)
    for id_, text in (("0" * 16, ""), ("f" * 16, "短"), ("8" + "0" * 15, NEWS)):
        assert index.add(id_, text) == ()
        assert index.has(id_)
        index.remove(id_)
        index.remove(id_)
    assert content(path) == {table: [] for table in TABLES}


def test_several_processes_write_at_once(path: Path) -> None:
    rng = Random(10)
    texts = [text for _ in range(8) for text in family(rng)]
    folder = path.parent / "texts"
    folder.mkdir()
    for text in texts:
        (folder / id_of(text)).write_text(text, "utf-8", newline="\n")
    script = (
        "import sys; from pathlib import Path\n"
        "from promo_crawler.database import open_database\n"
        "from promo_crawler.reprints import SCHEMA, ReprintIndex\n"
        "read = lambda id_: (Path(sys.argv[2]) / id_).read_text('utf-8')\n"
        "index = ReprintIndex(open_database(Path(sys.argv[1]), SCHEMA, 1), read)\n"
        "for id_ in sys.argv[3:]: index.add(id_, read(id_))\n"
    )
    ids = sorted(map(id_of, texts))
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(path), str(folder), *ids[start::2]], cwd=ROOT)
        for start in range(2)
    ]
    assert [run.wait() for run in runs] == [0, 0]
    alone = path.with_name("alone.sqlite")
    open_index(alone, texts).add_all((id_of(text), text) for text in texts)
    assert content(path) == content(alone)
    assert content(path)["versions"]
