"""Dates: what they say, and which one is the publication."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cleaners.dates import find_published, find_url_date, parse_moment
from cleaners.schema import CHINA

CASES = json.loads((Path(__file__).parent / "cases" / "dates.json").read_text("utf-8"))


def china(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA) if text else None


@pytest.mark.parametrize("case", CASES["moments"], ids=lambda case: case["text"])
def test_moment(case: dict[str, Any]) -> None:
    moment = parse_moment(case["text"])
    assert (moment.when if moment else None) == china(case["when"])
    if moment:
        assert moment.precision == case["precision"]
        assert moment.raw in case["text"]


@pytest.mark.parametrize("case", CASES["urls"], ids=lambda case: case["url"])
def test_date_of_an_address(case: dict[str, Any]) -> None:
    moment = find_url_date(case["url"])
    assert (moment.when if moment else None) == china(case["day"])


@pytest.mark.parametrize("case", CASES["published"], ids=lambda case: case["name"])
def test_published(case: dict[str, Any]) -> None:
    facts = {key: case[key] for key in ("info", "tail", "meta", "urls") if key in case}
    witnesses = find_published(**facts, fetched_at=datetime(2026, 11, 1, tzinfo=CHINA))
    assert (witnesses[0].moment.when if witnesses else None) == china(case["when"])
    if witnesses:
        assert witnesses[0].origin == case["from"]
