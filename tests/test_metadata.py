"""People, sources, headlines, sections."""

import json
from pathlib import Path
from typing import Any

import pytest

from cleaners.headline import cut_title
from cleaners.labels import parse_labels
from cleaners.metadata import find_facts, join_labels
from cleaners.people import find_bracket_byline, parse_byline
from cleaners.section import find_section

CASES = Path(__file__).parent / "cases"
PEOPLE = json.loads((CASES / "people.json").read_text("utf-8"))
HEADLINES = json.loads((CASES / "headlines.json").read_text("utf-8"))


@pytest.mark.parametrize("case", PEOPLE["bylines"], ids=lambda case: case["line"])
def test_byline(case: dict[str, Any]) -> None:
    people = parse_byline(case["line"])
    if case.get("none"):
        assert people is None
        return
    assert people is not None
    assert people.authors == case.get("authors", [])
    assert people.editors == case.get("editors", [])
    assert people.reviewers == case.get("reviewers", [])
    assert people.medium == case.get("medium")


@pytest.mark.parametrize("case", PEOPLE["labels"], ids=lambda case: case["line"])
def test_labels(case: dict[str, Any]) -> None:
    people, _ = parse_labels(case["line"])
    assert people.source == case.get("source")
    assert people.authors == case.get("authors", [])
    assert people.editors == case.get("editors", [])


@pytest.mark.parametrize("case", PEOPLE["brackets"], ids=lambda case: case["text"])
def test_bracket_byline(case: dict[str, Any]) -> None:
    people = find_bracket_byline(case["text"], at_end=case.get("end", False))
    assert (people.authors if people else []) == case["authors"]


@pytest.mark.parametrize("case", HEADLINES["cut"], ids=lambda case: case["title"])
def test_cut_title(case: dict[str, str]) -> None:
    if case.get("known_failing"):
        pytest.xfail(case["known_failing"])
    assert cut_title(case["title"]) == case["headline"]


@pytest.mark.parametrize("case", HEADLINES["sections"], ids=lambda case: case["line"])
def test_section(case: dict[str, Any]) -> None:
    assert list(find_section([case["line"]], None, case.get("page_title", ""))) == case["section"]


def test_a_declared_source_makes_the_medium_the_publisher() -> None:
    facts = find_facts(["2021-06-04 09:31 云上云岭"], ["正文。"], ["来源：云岭经济开发区"], {})
    assert (facts.source, facts.publisher) == ("云岭经济开发区", "云上云岭")
    assert find_facts(["2023-03-10 14:08 云岭日报全媒体"], ["正文。"], [], {}).source == "云岭日报全媒体"


def test_a_label_and_its_value_on_two_lines() -> None:
    assert join_labels(["来源：", "云岭日报", "21", "2024年02月"]) == ["来源： 云岭日报", "2024-02-21"]
    assert join_labels(["作者：", "转载请注明：云岭网"]) == ["作者：", "转载请注明：云岭网"]


def test_checks_on_lines_of_their_own_are_all_reviewers() -> None:
    facts = find_facts([], ["正文。"], ["一审：王建国", "二审：李小红", "三审：赵大山", "编辑：孙明", "责编：周正"], {})
    assert (facts.reviewers, facts.editors) == (("王建国", "李小红", "赵大山"), ("孙明", "周正"))


def test_who_published_is_named_without_where() -> None:
    facts = find_facts(["2024-05-18 16:56发布于湖北云岭日报官方账号"], ["正文。"], [], {})
    assert facts.source == "云岭日报"


def test_people_behind_the_source() -> None:
    facts = find_facts(["2024-03-05 10:22 来源：云岭在线 记者 王建国 通讯员 李小红"], ["正文。"], [], {})
    assert (facts.source, facts.authors) == ("云岭在线", ("王建国", "李小红"))


def test_reporters_win_over_a_medium_as_author() -> None:
    facts = find_facts(["2024-05-16 17:02 作者：云京报"], ["正文。"], ["（云岭网记者 王建国）"], {})
    assert facts.authors == ("王建国",)
    assert find_facts(["2024-05-16 作者：云岭热线网"], ["正文。"], [], {}).authors == ("云岭热线网",)


def test_reporters_behind_the_lead() -> None:
    """Papers set a square and their names behind the first paragraph; a square within a sentence is none."""
    lead = "云岭县今日签约，23个项目落户。"
    assert find_facts([], [f"{lead}□云岭报·云岭新闻记者王小夏", "正文。"], [], {}).authors == ("王小夏",)
    assert find_facts([], [f"{lead}□招商工作", "正文。"], [], {}).authors == ()
