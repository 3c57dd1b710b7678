"""Words are found as they stand, in the order that is promised, and nothing of a page reaches the terminal raw."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Scrapy
from test_corpus import article

from promo_crawler import search as search_module
from promo_crawler.corpus import Corpus
from promo_crawler.search import QueryError, search
from promo_crawler.selection import Selection
from promo_crawler.terminal import emphasize, pad, plain, table, width

TEXTS = {
    1: ("县招商局赴深圳考察", "招商引资是头号工程。代表团与企业签约3个项目，总投资12.5亿元。"),
    2: ("春耕备耕忙", "我县抢抓农时，茶叶、水稻长势良好，GDP增长７.1%。"),
    3: ("项目签约", "签约仪式在县会展中心举行，5G基站项目落地。"),
    4: ("干部大会召开", "会议听取招商工作汇报，没有签字仪式。Café开业。"),
    5: (None, "本站消息：中国移动与县政府签订协议，引资与招商并重。"),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path / "data")
    for number, (title, text) in TEXTS.items():
        corpus.add(
            article(number, 10 + number, text=text, title=title, portal=f"p{number % 2}", source=f"县报{number}")
        )
    corpus.catch_up()
    return corpus


def found(corpus: Corpus, query: str, **filters: Any) -> list[int]:
    """Numbers of the articles found, in their order."""
    hits = search(corpus, query, Selection(**filters), 10)
    return [int(str(hit.url).rpartition("/")[2].removesuffix(".html")) for hit in hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("招商", {1, 4, 5}),
        ("招商引资", {1}),
        ("引资 招商", {1, 5}),
        ("招商 签约", {1}),
        ("签约 县招商局", {1}),  # one word in the headline, one in the body
        ("招商引資", {1}),
        ("簽約儀式", {3}),
        ("gdp", {2}),
        ("ＧＤＰ", {2}),
        ("7.1%", {2}),
        ("12.5亿元", {1}),
        ("2.5", set()),
        ("cafe", {4}),
        ("CAFÉ", {4}),
        ("5G", {3}),
        ("5g基站", {3}),
        ("茶", {2}),
        ('"招商 引资"', {1}),
        ("“总投资”", {1}),
        ("签约　项目", {1, 3}),
        ("中国移动", {5}),
        ("国移", {5}),
        ("县府", set()),
        ("饕餮", set()),
    ],
)
def test_words_are_found(corpus: Corpus, query: str, expected: set[int]) -> None:
    assert set(found(corpus, query)) == expected
    assert set(found(corpus, query, portals=("p0", "p1"))) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"portals": ("p1",)}, {1, 5}),
        ({"portals": ("p0", "p1")}, {1, 4, 5}),
        ({"portals": ("p",)}, set()),
        ({"source": "县报4"}, {4}),
        ({"source": "縣報"}, {1, 4, 5}),
        ({"since": "2024-06-14"}, {4, 5}),
        ({"until": "2024-06-14"}, {1, 4}),
        ({"since": "2024-06-12", "until": "2024-06-14"}, {4}),
    ],
)
@pytest.mark.parametrize("common", [30, 0])
def test_filters(
    corpus: Corpus, filters: dict[str, Any], expected: set[int], common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "WEIGHED", common)  # both ways of ranking
    days = {name: date.fromisoformat(filters[name]) for name in ("since", "until") if name in filters}
    assert set(found(corpus, "招商", **(filters | days))) == expected


def test_undated_articles_are_in_no_time(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, None, text="招商引资没有日期的一篇。"))
    corpus.add(article(2, 5, text="招商引资有日期的一篇。"))
    corpus.catch_up()
    assert found(corpus, "招商") == [2, 1]
    assert found(corpus, "招商", since=date(1971, 1, 1)) == [2]
    assert found(corpus, "招商", until=date(2030, 1, 1)) == [2]


@pytest.mark.parametrize("query", ["", "  ", '""', "，。！", '"招商', "招商 “签约", "\x00", "*"])
def test_query_errors_are_one_sentence(corpus: Corpus, query: str) -> None:
    with pytest.raises(QueryError) as error:
        search(corpus, query, Selection(), 10)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "query", ["招商 AND 签约", "NEAR(招商)", "title:招商", "招商*", "-招商", "(招商", "^招商", "招'商", "招商;--"]
)
def test_signs_of_the_query_language_underneath_mean_nothing(corpus: Corpus, query: str) -> None:
    search(corpus, query, Selection(), 10)


def test_headline_counts_more_and_newer_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, 1, title="茶园", text="今天下雨，茶农都在家里休息。"))
    corpus.add(article(2, 2, title="天气", text="今天下雪，茶农都在家里休息。"))
    corpus.add(article(3, 3, title="天气", text="今天下霜，茶农都在家里休息。"))
    corpus.add(article(4, 4, title="天气", text="今天刮风，农民都在家里休息。"))
    corpus.catch_up()
    assert found(corpus, "茶") == [1, 3, 2]
    monkeypatch.setattr(search_module, "WEIGHED", 1)
    assert found(corpus, "茶") == [1, 3, 2]
    assert found(corpus, "茶农 休息") == [3, 2, 1]


def test_every_substring_of_a_text_finds_it(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    corpus = Corpus(tmp_path)
    texts = ["".join(rng.choices("招商引资签约项目县长在的中国茶", k=60)) for _ in range(60)]
    for number, text in enumerate(texts):
        corpus.add(article(number, 1 + number % 28, text=text, title=None))
    corpus.catch_up()
    for _ in range(200):
        text = rng.choice(texts)
        start = rng.randrange(58)
        word = text[start : start + rng.randint(1, 4)]
        hits = search(corpus, word, Selection(), 100)
        assert {hit.row["id"] for hit in hits} == {
            article(0, 1, text=text).content_hash[:16] for text in texts if word in text
        }


def test_a_search_that_runs_out_of_time_says_how_far_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(tmp_path)
    for day in range(1, 21):
        word = "茶园" if day % 9 == 1 else "果园"
        corpus.add(article(day, day, text=f"今天{word}下雨，第{day}次。"))
    corpus.add(article(30, 1, text="茶园无日期。", published_at=None))
    corpus.catch_up()

    def pages(hits: list[search_module.Hit]) -> set[str | None]:
        return {hit.row["published_at"] and hit.row["published_at"][8:10] for hit in hits}

    everywhere = {None, "19", "10", "01"}
    monkeypatch.setattr(search_module, "PATIENCE", 60.0)
    assert pages(search(corpus, "茶园", Selection(), 10)) == everywhere
    monkeypatch.setattr(search_module, "PATIENCE", 0.0)
    hits = search(corpus, "茶园", Selection(), 10)
    assert (pages(hits), hits.stopped_at) == ({"19"}, date(2024, 6, 19))
    nothing = search(corpus, "桃园", Selection(), 10)
    assert (len(nothing), nothing.stopped_at) == (0, None)
    hits = search(corpus, "茶园", Selection(), 10, thorough=True)
    assert (pages(hits), hits.stopped_at) == (everywhere, None)


@pytest.mark.parametrize("near", [0, 1, 3, 100])
def test_hits_before_a_day_are_the_newest_ones_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(search_module, "_NEAR", near)
    monkeypatch.setattr(search_module, "WEIGHED", 0)
    corpus = Corpus(tmp_path)
    for day in range(1, 21):
        corpus.add(article(day, day, text=f"今天{'茶园' if day % 3 else '果园'}下雨，第{day}次。"))
    corpus.catch_up()
    for until in range(1, 21):
        for since in (None, date(2024, 6, max(1, until - 5))):
            days = [day for day in range(since.day if since else 1, until + 1) if day % 3][:-3:-1]
            hits = search(corpus, "茶园", Selection(since=since, until=date(2024, 6, until)), 2)
            assert [int((hit.row["published_at"] or "")[8:10]) for hit in hits] == days


def test_replaced_versions_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    old = article(1, 5, text="项目总投资5亿元。第一版的报道。")
    new = article(1, 5, text="项目总投资6亿元。第二版的报道。")
    corpus.add(old)
    from dataclasses import replace
    from datetime import timedelta

    assert new.fetched_at
    corpus.add(replace(new, fetched_at=new.fetched_at + timedelta(days=1)))
    corpus.catch_up()
    assert len(found(corpus, "总投资")) == 1
    assert len(found(corpus, "总投资", old_versions=True)) == 2
    assert found(corpus, "第一版") == []


def test_withdrawn_words_are_not_found(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(article(1, 5, text="项目总投资5亿元。责任编辑：某某。"))
    corpus.catch_up()
    corpus.add(article(1, 6, text="项目总投资5亿元。"))
    corpus.catch_up()
    assert found(corpus, "责任编辑") == []
    assert found(corpus, "总投资") == [1]


def test_snippet_shows_the_word_where_it_stands(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    text = "县里的会。\n" * 40 + "代表團簽約三個项目。" + "会后参观。" * 40
    corpus.add(article(1, 5, text=text))
    corpus.catch_up()
    (hit,) = search(corpus, "签约", Selection(), 10)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["簽約"]
    assert hit.snippet[0] == hit.snippet[-1] == "…"


def test_command_prints_lines_or_json(corpus: Corpus, scrapy: Scrapy) -> None:
    corpus.close()
    run = scrapy("search", "招商", "签约", "--limit", "2")
    assert run.returncode == 0, run.stderr
    assert "县招商局赴深圳考察" in run.stdout
    assert "\x1b" not in run.stdout
    lines = scrapy("search", "招商", "--json", "--portal", "p1").stdout.splitlines()
    hits = [json.loads(line) for line in lines]
    assert {hit["portal"] for hit in hits} == {"p1"}
    assert {"id", "title", "url", "published_at", "source", "snippet", "path"} <= hits[0].keys()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("search",), "no word to search for"),
        (("search", '"招商'), "quotation mark"),
        (("search", "招商", "--limit", "0"), "--limit 0"),
        (("search", "招商", "--from", "gestern"), "--from gestern"),
        (("search", "招商", "--from", "2024-02-30"), "--from 2024-02-30"),
        (("search", "招商", "--from", "2024-03-01", "--to", "2024-02-01"), "is after"),
        (("search", "招商", "--source", "，"), "--source"),
        (("show",), "say the id"),
        (("export", "--format", "doc"), "--format doc"),
        (("export", "--rows", "pages"), "--rows pages"),
        (("export", "--output", "corpus"), "does not say which format"),
        (("stats", "--portal", "nowhere"), "nowhere"),
        (("index",), "--rebuild"),
    ],
)
def test_wrong_words_get_one_sentence(arguments: tuple[str, ...], words: str, corpus: Corpus, scrapy: Scrapy) -> None:
    corpus.close()
    run = scrapy(*arguments)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert words in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize("command", ["search", "show", "export", "stats"])
def test_no_corpus_is_said_and_none_is_made(command: str, scrapy: Scrapy, tmp_path: Path) -> None:
    run = scrapy(*((command, "招商") if command in {"search", "show"} else (command,)))
    assert run.returncode == 1
    assert "crawl a portal first" in run.stderr
    assert not (tmp_path / "data").exists()


def test_show_an_article_with_all_that_is_known(corpus: Corpus, scrapy: Scrapy) -> None:
    corpus.add(article(6, 1, text=TEXTS[3][1], title="转载：项目签约", portal="far"))
    corpus.close()
    id_ = article(0, 1, text=TEXTS[3][1]).content_hash[:16]
    for name in (id_, id_[:9].upper(), "http://a.example/3.html", "http://a.example/6.html?utm_source=x"):
        run = scrapy("show", name)
        assert run.returncode == 0, run.stderr
        assert "转载：项目签约" in run.stdout
        assert "http://a.example/3.html" in run.stdout
    shown = json.loads(scrapy("show", id_, "--json").stdout)
    assert shown["text"] == TEXTS[3][1]
    assert len(shown["sightings"]) == 2
    run = scrapy("show", "ffffffffffff")
    assert run.returncode == 1
    assert "no article has an id" in run.stderr


def test_show_says_why_a_page_was_rejected(corpus: Corpus, scrapy: Scrapy) -> None:
    from cleaners import RawPage, RejectReason

    corpus.reject(RawPage(url="http://a.example/list/", body=b""), RejectReason.NOT_AN_ARTICLE, "links")
    corpus.close()
    run = scrapy("show", "http://a.example/list/")
    assert run.returncode == 0
    assert "not_an_article" in run.stdout
    assert scrapy("show", "http://a.example/nowhere/").returncode == 1


def test_pages_do_not_steer_the_terminal(tmp_path: Path) -> None:
    assert plain("a\x1b[2Jb\u202ec\n") == "a [2Jb c "
    assert emphasize("\x1b招商\x07会", [(1, 3)], colours=True) == " \x1b[1;33m招商\x1b[0m 会"
    assert emphasize("招商会", [(0, 2), (1, 3)], colours=False) == "招商会"


def test_columns_fit_han_characters() -> None:
    assert width("招商ab") == 6
    assert pad("招商引资", 5) == "招商 "
    assert table([["招商", 1], ["a", 100]], ("name", "n"), frozenset({"n"})) == ["name    n", "招商    1", "a     100"]
