"""Where a reprinted text comes from."""

from datetime import datetime
from itertools import permutations

import pytest

from cleaners.schema import CHINA
from promo_crawler.origin import Publication, find_origin


def published(id_: str, time: str | None, source: str | None = None, *names: str) -> Publication:
    return Publication(id_, datetime.fromisoformat(time).replace(tzinfo=CHINA) if time else None, source, names)


@pytest.mark.parametrize(
    "members",
    [
        # the first is the origin, whatever the order
        [published("b", "2024-06-12 09:00"), published("a", "2024-06-13 08:00"), published("c", None)],
        [published("b", "2024-06-12 09:00"), published("a", "2024-06-12 10:00")],
        [published("b", "2024-06-12 09:00"), published("a", "2024-06-12")],
        # the earlier minute says itself that it is a copy
        [
            published("b", "2024-06-12 10:00", None, "青澜日报"),
            published("a", "2024-06-12 09:00", "青澜日报客户端", "石泉网"),
        ],
        # an own portal goes before one that names a stranger
        [
            published("b", "2024-06-12 10:00", "青澜网", "青澜网"),
            published("a", "2024-06-12 09:00", "新华社", "石泉网"),
        ],
        # a portal that names itself is no copy, though the name of another is in its own
        [
            published("b", "2024-06-12 09:00", "青澜日报数字版", "青澜日报数字版"),
            published("a", "2024-06-12 10:00", None, "青澜日报"),
        ],
        # the day goes before the declaration
        [published("b", "2024-06-11", "青澜日报", "石泉网"), published("a", "2024-06-12", None, "青澜日报")],
        [published("a", None), published("b", None)],
    ],
)
def test_origin(members: list[Publication]) -> None:
    assert {find_origin(order).id for order in permutations(members)} == {members[0].id}


def test_a_cluster_has_members() -> None:
    with pytest.raises(ValueError, match="without members"):
        find_origin([])
