"""When a portal is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_crawler.health import ASKED_TO_WAIT, BLOCKED, UNREACHABLE
from promo_crawler.intervals import (
    FAILED,
    FINISHED,
    KILLS,
    SHUTDOWN,
    Bounds,
    LastRun,
    PastRound,
    adapt_interval,
    back_off,
    find_due,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOUNDS = Bounds(HOUR, 7 * DAY)
BEGIN = datetime(2024, 6, 1, tzinfo=UTC)


def rounds(*visits: tuple[float, int]) -> list[PastRound]:
    """Rounds, newest first, from the hours at which they began and the articles they found."""
    made = [
        PastRound(n, BEGIN + at * HOUR, BEGIN + at * HOUR + timedelta(minutes=5), found)
        for n, (at, found) in enumerate(visits, 1)
    ]
    return made[::-1]


def run(outcome: str | None, failures: int = 0, at: float = 0) -> LastRun:
    began = BEGIN + at * HOUR
    return LastRun(began, began + timedelta(minutes=6) if outcome else None, outcome, failures)


def test_first_round_says_nothing_of_how_often_news_appear() -> None:
    middle = adapt_interval([], BOUNDS)
    assert HOUR < middle < 7 * DAY
    assert adapt_interval(rounds((0, 1800)), BOUNDS) == middle


def test_interval_is_the_time_one_article_needs() -> None:
    daily = adapt_interval(rounds(*((24 * n, 1) for n in range(8))), BOUNDS)
    busy = adapt_interval(rounds(*((24 * n, 8) for n in range(8))), BOUNDS)
    assert daily == pytest.approx(DAY, abs=timedelta(seconds=1))
    assert busy == pytest.approx(3 * HOUR, abs=timedelta(seconds=1))


def test_silent_portal_is_asked_later_and_later_until_the_longest() -> None:
    visits, at, gaps = [(0.0, 20)], 1.0, []
    for _ in range(25):
        visits.append((at, 0))
        gaps.append(adapt_interval(rounds(*visits)[:9], BOUNDS))
        at += gaps[-1] / HOUR
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(7 * DAY, abs=timedelta(seconds=1))


def test_news_bring_a_silent_portal_back() -> None:
    silent = rounds(*((168 * n, 0) for n in range(9)))
    awake = rounds(*((168 * n, 0) for n in range(8)), (168 * 8, 30))
    assert adapt_interval(awake, BOUNDS) < adapt_interval(silent, BOUNDS) / 4


def test_pause_of_ours_does_not_make_a_portal_look_busy() -> None:
    steady = adapt_interval(rounds((0, 9), (24, 1), (48, 1)), BOUNDS)
    after_pause = adapt_interval(rounds((0, 9), (24, 1), (24 * 31, 30)), BOUNDS)
    assert after_pause == pytest.approx(steady, rel=0.01)


def test_round_cut_short_does_not_count() -> None:
    whole = rounds((0, 9), (24, 1))
    open_ = [PastRound(3, BEGIN + 25 * HOUR, None, 0), *whole]
    assert adapt_interval(open_, BOUNDS) == adapt_interval(whole, BOUNDS)


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 10_000)), max_size=12),
    st.floats(0.5, 1e6),
    st.floats(1, 1e4),
)
def test_interval_stays_within_its_bounds(visits: list[tuple[float, int]], shortest: float, ratio: float) -> None:
    bounds = Bounds(timedelta(seconds=shortest), timedelta(seconds=shortest * ratio))
    slack = timedelta(milliseconds=1) + bounds.longest * 1e-6
    found = adapt_interval(rounds(*sorted(visits)), bounds)
    assert bounds.shortest - slack <= found <= bounds.longest + slack


def test_blocked_portal_is_asked_less_and_less_often() -> None:
    for outcome in (BLOCKED, ASKED_TO_WAIT):
        pauses = [back_off(6 * HOUR, outcome, failures, BOUNDS) for failures in range(1, 9)]
        assert pauses[:3] == [12 * HOUR, 24 * HOUR, 48 * HOUR]
        assert pauses[-1] == BOUNDS.longest


def test_unreachable_portal_is_tried_again_soon_and_then_later() -> None:
    pauses = [back_off(7 * DAY, UNREACHABLE, failures, BOUNDS) for failures in (1, 2, 3, 100)]
    assert pauses == [2 * HOUR, 4 * HOUR, 8 * HOUR, 7 * DAY]


def test_portal_that_was_never_crawled_is_new() -> None:
    due = find_due(None, [], None, BOUNDS)
    assert (due.at, due.reason) == (None, "new")


def test_own_interval_goes_before_what_the_news_say() -> None:
    due = find_due(6 * HOUR, rounds((0, 9), (1, 0), (2, 0)), run(FINISHED, at=2), BOUNDS)
    assert (due.at, due.interval) == (BEGIN + 8 * HOUR, 6 * HOUR)


def test_stopped_and_killed_runs_are_taken_up_at_once() -> None:
    open_ = [PastRound(1, BEGIN, None, 3)]
    for last in (run(SHUTDOWN), run(None, failures=1)):
        due = find_due(DAY, open_, last, BOUNDS)
        assert due.at is not None
        assert due.at <= BEGIN + timedelta(minutes=6)


def test_portal_that_kills_the_process_every_time_is_put_off() -> None:
    due = find_due(DAY, [PastRound(1, BEGIN, None, 3)], run(None, failures=KILLS + 3), BOUNDS)
    assert due.at == BEGIN + 8 * HOUR


def test_limited_run_is_taken_up_after_the_shortest_interval() -> None:
    open_ = [PastRound(1, BEGIN, None, 3)]
    for outcome in (FINISHED, "closespider_timeout"):  # max_pages leaves the round open
        assert find_due(None, open_, run(outcome), BOUNDS).at == BEGIN + HOUR


@pytest.mark.parametrize("outcome", [BLOCKED, UNREACHABLE, ASKED_TO_WAIT, FAILED, "not_written"])
def test_run_that_did_not_end_well_makes_the_schedule_wait(outcome: str) -> None:
    due = find_due(HOUR, rounds((0, 0)), run(outcome, failures=1), BOUNDS)
    assert due.at == BEGIN + timedelta(minutes=6) + 2 * HOUR
    assert due.reason == outcome


def test_crawl_by_hand_counts() -> None:
    blocked = run(BLOCKED, failures=5)
    by_hand = rounds((0, 9), (3, 2))
    assert find_due(6 * HOUR, by_hand, blocked, BOUNDS).at == BEGIN + 9 * HOUR
    assert find_due(6 * HOUR, by_hand, None, BOUNDS).at == BEGIN + 9 * HOUR
    under_way = [PastRound(2, BEGIN + 5 * HOUR, None, 0), *by_hand]
    assert find_due(6 * HOUR, under_way, run(FINISHED), BOUNDS).reason == "cut short"
