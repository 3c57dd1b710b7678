"""What is measured at the first look at a portal, and how it is shown."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from conftest import HOST
from made_survey import HOSTILE, URL, channel, survey

from cleaners import RawPage
from promo_crawler.discovery import FoundLinks, Link
from promo_crawler.refresh import find_refresh
from promo_crawler.survey import ChannelQueue, choose_samples, find_wall, measure_channels, parse_page
from promo_crawler.survey_report import fit, format_survey, survey_as_json
from promo_crawler.terminal import width


def test_size_of_a_channel() -> None:
    plain, paged, stated, boast, lone = measure_channels(
        [
            channel(f"{URL}a/", 8),
            channel(f"{URL}b/", 8, later=9),
            channel(f"{URL}c/", 8, later=9, body="<p>共77条</p>".encode()),
            channel(f"{URL}d/", 8, later=9, body="<p>全县共5000条</p>".encode()),
            channel(f"{URL}e/", 8, later=1),
        ]
    )
    assert (plain.size, plain.pages, plain.is_open) == (8, 1, False)
    assert (paged.size, paged.pages, paged.is_open) == (76, 10, False)
    assert stated.size == 77
    assert boast.size == 76
    assert lone.is_open


def test_articles_shown_everywhere_belong_to_no_channel() -> None:
    measured = measure_channels([channel(f"{URL}{name}/", 4, common=True) for name in "abc"])
    assert [len(one.own) for one in measured] == [4, 4, 4]


def test_articles_of_two_channels_are_counted_once() -> None:
    parent = channel(f"{URL}a/", 8, later=4)
    child = replace(parent, url=f"{URL}a/b/")
    both = survey(channels=tuple(measure_channels([parent, child])))
    assert both.size == both.channels[0].size


def test_queue_takes_the_subject_first_and_each_channel_once() -> None:
    queue = ChannelQueue([HOST], URL)
    other = "http://www.other.example/"
    queue.add([Link(URL, "首页"), Link(f"{URL}a/", "要闻"), Link(f"{URL}b/", "招商引资"), Link(other, "他站")])
    queue.add([Link(f"{URL}a/index.html", "要闻"), Link(f"{URL}a/b/c/", "里面的"), Link(f"{URL}d/", "公告")])
    assert [link.title for link in iter(queue.take, None) if link] == ["招商引资", "要闻", "公告", "里面的"]


def test_samples_come_from_different_channels_the_subject_first() -> None:
    news = channel(f"{URL}news/", 5)
    subject = replace(channel(f"{URL}zs/", 2), title="招商引资")
    chosen = [link.url for link in choose_samples([news, subject], [HOST])]
    assert chosen == [f"{URL}zs/2024-03-01/1.html", f"{URL}news/2024-03-01/1.html"]


def refresh(body: bytes) -> str | None:
    return find_refresh(parse_page(RawPage(url=URL, body=body)), URL)


def test_refresh_to_the_latest_issue() -> None:
    paper = b'<meta http-equiv="REFRESH" content="0; URL=html/2024-03/05/node_2.htm">'
    assert refresh(paper) == f"{URL}html/2024-03/05/node_2.htm"
    away = b'<meta http-equiv="refresh" content="0;url=http://other.example/">'
    assert refresh(away) is None
    assert refresh(b'<meta http-equiv="refresh" content="600">') is None


def test_wall_is_no_portal_but_a_portal_is_no_wall() -> None:
    wall = RawPage(url=URL, body="<title>安全验证</title><p>您的访问过于频繁，请完成验证后继续</p>".encode())
    assert find_wall(wall) == "it answered with a block page"
    assert find_wall(wall, FoundLinks(tuple(Link(f"{URL}{n}.html") for n in range(5)))) is None


def test_report_is_aligned_and_free_of_control_characters() -> None:
    named = replace(channel(f"{URL}zsyz/", 3), title="招商\x1b[2J引资\n动态" * 5)
    hostile = survey(channels=tuple(measure_channels([named, channel(f"{URL}b/", 2)])), title=HOSTILE, feeds=(HOSTILE,))
    lines = list(format_survey(hostile))
    assert all(line.isprintable() for line in lines)
    table = [line for line in lines if line.rstrip("/").endswith(("address", "zsyz", "/b"))]
    assert len(table) == 3
    places = {width(line[: line.index("address" if "address" in line else "http")]) for line in table}
    assert len(places) == 1
    assert json.loads(json.dumps(survey_as_json(hostile)))["title"] == HOSTILE


def test_fit_counts_width() -> None:
    assert width(fit("招商引资", 6)) == 6
    assert fit("招商引资", 8) == "招商引资"
    assert fit("招商引资", 7) == "招商引…"
    assert fit("ab\x07c", 6) == "ab c  "


def test_dates_of_a_list_tell_its_newest_article() -> None:
    links = FoundLinks((Link(f"{URL}1.html", "标题标题标题", datetime(2024, 3, 5, tzinfo=UTC)),))
    (measured,) = measure_channels([replace(channel(URL, 0), links=links)])
    assert measured.newest == date(2024, 3, 5)
