"""What is known of pages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from promo_crawler.archive import Found, Location
from promo_crawler.frontier import DEAD_LINK_REST, MAX_FAILURES, Frontier, FrontierError

URL, AT = "http://a.example/1.html", datetime(2024, 6, 18, tzinfo=UTC)
ARTICLE = Found("jiayu", "jiayu", "article", "http://a.example/", "标题", datetime(2024, 6, 12, tzinfo=UTC))


@pytest.fixture
def frontier(tmp_path: Path) -> Frontier:
    return Frontier(tmp_path / "frontier.sqlite")


def test_first_witness_stays(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.add(URL, URL + "#x", Found("jiayu", "jiayu", "list"))
    known = frontier.get("jiayu", URL)
    assert known is not None
    assert (known.link, known.found) == (URL, ARTICLE)
    assert frontier.get("other", URL) is None


def test_page_is_unsettled_until_its_outcome_is_known(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    assert [known.url for known in frontier.unsettled("jiayu")] == [URL]
    frontier.fetched("jiayu", URL, status=200, at=AT, location=Location("f", 7), etag='"1"')
    (known,) = frontier.unsettled("jiayu")
    assert (known.location, known.etag, known.fetched_at) == (Location("f", 7), '"1"', AT)
    frontier.settle("jiayu", URL, "stored")
    assert frontier.unsettled("jiayu") == []
    assert frontier.get("jiayu", URL).is_settled(AT)  # type: ignore[union-attr]
    assert frontier.count("jiayu", "article") == 1


def test_not_modified_keeps_the_page_of_before(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.fetched("jiayu", URL, status=200, at=AT, location=Location("f", 7), etag='"1"')
    frontier.settle("jiayu", URL, "list")
    frontier.fetched("jiayu", URL, status=304, at=AT + timedelta(days=1))
    known = frontier.get("jiayu", URL)
    assert known is not None
    assert (known.location, known.etag, known.outcome) == (Location("f", 7), '"1"', "list")
    assert [known.url for known in frontier.lists("jiayu")] == [URL]
    assert not known.is_settled(AT)


def test_dead_link_rests_for_a_while(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    frontier.fetched("jiayu", URL, status=404, at=AT)
    frontier.settle("jiayu", URL, "http_404")
    known = frontier.get("jiayu", URL)
    assert known is not None
    assert known.is_settled(AT + DEAD_LINK_REST / 2)
    assert not known.is_settled(AT + DEAD_LINK_REST * 2)


def test_page_that_always_fails_is_given_up(frontier: Frontier) -> None:
    frontier.add(URL, URL, ARTICLE)
    for _ in range(MAX_FAILURES):
        assert frontier.unsettled("jiayu")
        frontier.failed("jiayu", URL)
    assert frontier.unsettled("jiayu") == []


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
