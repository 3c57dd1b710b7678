"""What is known of pages, and the queue that survives a kill."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from promo_crawler.archive import Found, Location
from promo_crawler.frontier import LONGEST_PAUSE, OLDER, Frontier, FrontierError
from promo_crawler.known_page import DEAD_LINK_REST, LONGEST_QUIET, MAX_FAILURES, KnownPage, Rank

URL, AT = "http://a.example/1.html", datetime(2024, 6, 18, tzinfo=UTC)
LISTED = datetime(2024, 6, 12, tzinfo=UTC)
ARTICLE = Found("jiayu", "jiayu", "article", "http://a.example/", "标题", LISTED)
LIST = Found("jiayu", "jiayu", "list")


@pytest.fixture
def frontier(tmp_path: Path) -> Frontier:
    return Frontier(tmp_path / "frontier.sqlite")


def known(frontier: Frontier, url: str = URL) -> KnownPage:
    page = frontier.get("jiayu", url)
    assert page is not None
    return page


def test_first_witness_stays(frontier: Frontier) -> None:
    assert frontier.add(URL, URL, ARTICLE)[1]
    assert not frontier.add(URL, URL + "#x", LIST)[1]
    assert (known(frontier).link, known(frontier).found) == (URL, ARTICLE)
    assert frontier.get("other", URL) is None


def test_the_first_to_say_when_it_was_listed_is_the_better_witness(frontier: Frontier) -> None:
    frontier.add(URL, URL, Found("jiayu", "jiayu", "article", "http://a.example/", "标题…"))
    frontier.add(URL, URL, ARTICLE)
    assert known(frontier).found == ARTICLE
    frontier.fetched("jiayu", URL, status=200, at=AT, location=Location("f", 7))
    frontier.add(URL, URL, Found("jiayu", "jiayu", "article", None, "另一个", LISTED + timedelta(days=1)))
    assert known(frontier).found == ARTICLE


def test_page_is_unfinished_until_its_outcome_is_known(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.want("jiayu", URL, Rank.ARTICLE)
    assert frontier.unfinished("jiayu") == []
    frontier.fetched("jiayu", URL, status=200, at=AT, location=Location("f", 7), etag='"1"')
    (page,) = frontier.unfinished("jiayu")
    assert (page.location, page.etag, page.fetched_at, page.is_wanted) == (Location("f", 7), '"1"', AT, False)
    frontier.settle("jiayu", URL, "stored")
    assert frontier.unfinished("jiayu") == []
    assert known(frontier).is_settled(AT)
    assert frontier.count("jiayu", "article") == 1


def test_queue_goes_by_depth_then_rank_then_newest_address(frontier: Frontier) -> None:
    wanted = {
        "http://a.example/deep": (2, Rank.ARTICLE),
        "http://a.example/later": (1, Rank.LATER),
        "http://a.example/channel": (1, Rank.CHANNEL),
        "http://a.example/t20240101_1.html": (1, Rank.ARTICLE),
        "http://a.example/t20240102_2.html": (1, Rank.ARTICLE),
        "http://a.example/": (0, Rank.CHANNEL),
    }
    for url, (depth, rank) in wanted.items():
        frontier.add(url, url, LIST, depth=depth)
        frontier.want("jiayu", url, rank)
    claimed = []
    while (page := frontier.claim("jiayu")) is not None:
        claimed.append(page.url)
    assert claimed == list(reversed(wanted))
    assert not frontier.has_waiting("jiayu")


def test_claims_of_a_killed_run_are_put_back(frontier: Frontier, tmp_path: Path) -> None:
    frontier.begin_round("jiayu", "", AT)
    frontier.add(URL, URL, ARTICLE)
    frontier.want("jiayu", URL, Rank.ARTICLE)
    assert frontier.claim("jiayu") is not None
    assert frontier.claim("jiayu") is None
    frontier.close()  # as a kill leaves it: nothing else is written
    again = Frontier(tmp_path / "frontier.sqlite")
    assert again.begin_round("jiayu", "", AT).is_resumed
    page = again.claim("jiayu")
    assert page is not None
    assert page.url == URL


def test_round_is_resumed_only_where_it_was_cut_short_and_wanted_the_same(frontier: Frontier) -> None:
    assert (frontier.begin_round("jiayu", "", AT).number, frontier.begin_round("other", "", AT).number) == (1, 1)
    assert frontier.begin_round("jiayu", "", AT + timedelta(hours=1)).number == 1
    assert frontier.begin_round("jiayu", "since=2024-01-01", AT).number == 2
    frontier.end_round("jiayu", 2, AT)
    third = frontier.begin_round("jiayu", "since=2024-01-01", AT)
    assert (third.number, third.is_resumed) == (3, False)


def test_not_modified_keeps_the_page_of_before(frontier: Frontier) -> None:
    frontier.add(URL, URL, LIST)
    frontier.fetched("jiayu", URL, status=200, at=AT, location=Location("f", 7), etag='"1"')
    frontier.settle_list("jiayu", URL, round_=1, has_news=True)
    frontier.fetched("jiayu", URL, status=304, at=AT + timedelta(days=1), round_=2)
    page = known(frontier)
    assert (page.location, page.etag, page.outcome, page.read_in) == (Location("f", 7), '"1"', "list", 2)
    assert not page.is_settled(AT)


def test_quiet_lists_are_asked_for_less_and_less_often(frontier: Frontier) -> None:
    frontier.add(URL, URL, LIST)
    pauses, round_ = [], 1
    for _ in range(12):
        frontier.fetched("jiayu", URL, status=304, at=AT, round_=round_)
        frontier.settle_list("jiayu", URL, round_=round_, has_news=False)
        pauses.append(known(frontier).due_in - round_)
        round_ = known(frontier).due_in
    assert pauses[:3] == [1, 1, 1]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    page = known(frontier)
    assert not page.is_due(page.due_in - 1, AT)
    assert page.is_due(page.due_in, AT)
    assert page.is_due(page.due_in - 1, AT + LONGEST_QUIET * 2)
    frontier.settle_list("jiayu", URL, round_=round_, has_news=True)
    assert known(frontier).due_in == round_ + 1


def test_lists_are_unread_until_they_answer_in_the_round(frontier: Frontier) -> None:
    later = "http://a.example/index_2.html"
    frontier.add(URL, URL, LIST)
    frontier.add(later, later, LIST, is_later=True)
    for url in (URL, later):
        frontier.fetched("jiayu", url, status=200, at=AT, round_=1, location=Location("f", 7))
        frontier.settle_list("jiayu", url, round_=1, has_news=True)
    assert [page.url for page in frontier.unread_lists("jiayu", 2)] == [URL]
    assert frontier.count_lists_read("jiayu", 1) == 2
    frontier.fetched("jiayu", URL, status=304, at=AT, round_=2)
    assert frontier.unread_lists("jiayu", 2) == []
    frontier.add(later, later, LIST)  # the menu of the portal leads there as well
    assert [page.url for page in frontier.unread_lists("jiayu", 2)] == [later]


def test_dead_link_rests_for_a_while(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.fetched("jiayu", URL, status=404, at=AT)
    frontier.settle("jiayu", URL, "http_404")
    assert known(frontier).is_settled(AT + DEAD_LINK_REST / 2)
    assert not known(frontier).is_settled(AT + DEAD_LINK_REST * 2)


def test_page_that_fails_is_asked_for_in_the_next_run_and_rests_in_the_end(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.want("jiayu", URL, Rank.ARTICLE)
    for _ in range(MAX_FAILURES):
        frontier.begin_round("jiayu", "", AT)
        assert frontier.claim("jiayu") is not None
        frontier.failed("jiayu", URL, AT)
        assert not frontier.has_waiting("jiayu")
    frontier.begin_round("jiayu", "", AT)
    assert not frontier.has_waiting("jiayu")
    assert known(frontier).is_settled(AT + DEAD_LINK_REST / 2)
    assert not known(frontier).is_settled(AT + DEAD_LINK_REST * 2)


def test_what_a_limited_run_left_out_is_taken_up(frontier: Frontier) -> None:
    old, new = "http://a.example/old.html", "http://a.example/new.html"
    for url, day in ((old, 1), (new, 20)):
        frontier.add(url, url, Found("jiayu", "jiayu", "article", None, "标题", datetime(2024, 5, day, tzinfo=UTC)))
        frontier.settle("jiayu", url, OLDER)
    frontier.take_up_older("jiayu", date(2024, 5, 10))
    page = frontier.claim("jiayu")
    assert page is not None
    assert page.url == new
    assert frontier.claim("jiayu") is None
    frontier.take_up_older("jiayu", None)
    page = frontier.claim("jiayu")
    assert page is not None
    assert page.url == old


def test_articles_are_revisited_once_after_each_span(frontier: Frontier) -> None:
    spans = (timedelta(days=1), timedelta(days=4))
    frontier.add(URL, URL, ARTICLE)
    frontier.fetched("jiayu", URL, status=200, at=AT + timedelta(hours=1), location=Location("f", 7))
    frontier.settle("jiayu", URL, "stored", published_at=AT)

    def due(days: float) -> list[str]:
        return [page.url for page in frontier.to_revisit("jiayu", spans, AT + timedelta(days=days))]

    assert (due(0.5), due(1.5), due(4.5)) == ([], [URL], [URL])
    frontier.fetched("jiayu", URL, status=304, at=AT + timedelta(days=1.5))
    assert (due(2), due(4.5)) == ([], [URL])
    frontier.fetched("jiayu", URL, status=304, at=AT + timedelta(days=5))
    assert due(6) == []


def test_together_is_all_or_nothing(frontier: Frontier) -> None:
    def half() -> None:
        with frontier.together():
            frontier.add(URL, URL, ARTICLE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert frontier.get("jiayu", URL) is None


def test_file_of_another_kind_is_said(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at " * 40)
    with pytest.raises(FrontierError, match="cannot use"):
        Frontier(path)
