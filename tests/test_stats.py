"""The quality of the corpus in numbers."""

import json
from datetime import UTC, datetime
from pathlib import Path

from conftest import Scrapy
from test_corpus import article

from cleaners import RawPage, RejectReason
from cleaners.schema import DateOrigin
from promo_crawler.corpus import Corpus
from promo_crawler.quality import measure

NOW = datetime(2024, 6, 20, tzinfo=UTC)


def fill(data: Path) -> Corpus:
    corpus = Corpus(data)
    corpus.add(
        article(1, 5, text="第一个项目签约了。", source="县报", authors=("张三",), published_from=DateOrigin.META)
    )
    corpus.add(article(2, 9, text="第二个项目签约了。", published_from=DateOrigin.URL))
    corpus.add(article(3, 10, text="第二个项目签约了。"))
    corpus.add(article(4, 12, text="第二个项目签约了。", portal="小站"))
    corpus.add(article(5, None, text="没有日期的一篇文章。", portal="小站", title=None))
    page = RawPage(url="http://a.example/9.html", body=b"", portal="jiayu")
    corpus.reject(page, RejectReason.NO_BODY)
    return corpus


def test_figures_of_each_portal(tmp_path: Path) -> None:
    corpus = fill(tmp_path)
    jiayu, small = measure(corpus.index.db, NOW)
    assert (jiayu["portal"], jiayu["articles"], jiayu["places"]) == ("jiayu", 2, 3)
    assert jiayu["with"] == {"title": 1, "published_at": 1, "source": 0.5, "authors": 0.5, "editors": 0}
    assert jiayu["dates_from"] == {"meta": 1, "url": 1}
    assert jiayu["duplicates"] == round(1 / 3, 4)
    assert jiayu["rejects"] == {"no_body": 1}
    assert jiayu["newest"].startswith("2024-06-09")
    assert jiayu["days_silent"] == 11
    assert (small["articles"], small["places"], small["duplicates"]) == (1, 2, 0.5)
    assert small["with"]["title"] == 0
    assert small["newest"] is None
    assert measure(corpus.index.db, NOW, "小站") == [small]


def test_command_shows_the_last_run(tmp_path: Path, scrapy: Scrapy) -> None:
    fill(tmp_path / "data").close()
    reports = tmp_path / "data" / "reports"
    reports.mkdir()
    for day, end in (("01", "finished"), ("02", "shutdown")):
        report = {
            "portal": "jiayu", "spider": "jiayu", "began": f"2024-07-{day}T00:00:00+00:00",
            "ended": f"2024-07-{day}T01:00:00+00:00", "end": end,
            "counts": {"pages/total": 7, "articles/stored": 2, "rejected/no_body": 1, "pages/failed/timeout": 3},
        }  # fmt: skip
        (reports / f"jiayu-202407{day}.json").write_text(json.dumps(report))
    (reports / "torn.json").write_text('{"portal": "ji')
    (reports / "other.json").write_text("[]")
    run = scrapy("stats")
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "2024-07-02 01:00 shutdown, 7 pages" in lines[1]
    assert lines[1].startswith("jiayu ")
    assert lines[2].startswith("小站 ")
    assert lines[1].index("2024-06-09") - 1 == lines[0].index("newest") - 1
    found = [json.loads(line) for line in scrapy("stats", "--json").stdout.splitlines()]
    assert [each["portal"] for each in found] == ["jiayu", "小站"]
    assert found[0]["last_run"]["end"] == "shutdown"
