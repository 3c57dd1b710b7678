"""drop_boilerplate: which lines belong to the text, and which to the page around it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_clean import CASES, FIRST, PARAGRAPHS, SECOND, TITLE

from cleaners.boilerplate import drop_boilerplate
from cleaners.tree import Line

LINES = json.loads((CASES / "lines.json").read_text("utf-8"))


@pytest.mark.parametrize("case", json.loads((CASES / "boilerplate.json").read_text("utf-8")), ids=lambda c: c["name"])
def test_boilerplate(case: dict[str, Any]) -> None:
    if case.get("known_failing"):
        pytest.xfail(str(case["known_failing"]))
    kept, _ = drop_boilerplate([Line(text) for text in case["lines"]], case.get("title"))
    assert [line.text for line in kept] == case["kept"]


@pytest.mark.parametrize("line", LINES["tail_page"])
def test_page_below_the_text_is_dropped(line: str) -> None:
    assert read_lines([FIRST, SECOND, line]) == [FIRST, SECOND]


@pytest.mark.parametrize("line", LINES["tail_text"])
def test_last_line_of_a_text_stays(line: str) -> None:
    assert read_lines([FIRST, SECOND, line]) == [FIRST, SECOND, line]


@pytest.mark.parametrize("line", LINES["middle_text"])
def test_line_within_a_text_stays(line: str) -> None:
    assert read_lines([FIRST, line, SECOND]) == [FIRST, line, SECOND]


@pytest.mark.parametrize("line", LINES["head_page"])
def test_page_above_the_text_is_dropped(line: str) -> None:
    assert read_lines([line, FIRST, SECOND]) == [FIRST, SECOND]


@pytest.mark.parametrize("line", LINES["head_text"])
def test_first_line_of_a_text_stays(line: str) -> None:
    assert read_lines([line, FIRST, SECOND]) == [line, FIRST, SECOND]


def read_lines(lines: list[str]) -> list[str]:
    """What is kept of lines below the headline `云岭县签约`."""
    kept, _ = drop_boilerplate([Line(line) for line in lines], "云岭县签约")
    return [line.text for line in kept]


def test_questions_of_an_interview_are_no_bylines() -> None:
    lines = [FIRST, "记者：请问今年的目标是什么？", "县长：签约一百个项目。", "记者：真的吗？", "记者：谢谢", SECOND]
    assert read_lines(lines) == lines


def test_credits_deep_in_a_text_are_its_own() -> None:
    prizes = ["设计：王建国", "主编：李小红 赵大山", "监制：王建国"]
    lines = [
        FIRST,
        SECOND,
        *[f"第{i}条：{FIRST}" for i in range(4)],
        *prizes,
        *[f"第{i}条：{SECOND}" for i in range(12)],
    ]
    assert read_lines(lines) == lines


def test_time_and_place_of_an_interview_stay() -> None:
    lines = ["时间：2024年3月5日", "地点：云岭县会议中心", FIRST, SECOND]
    assert read_lines(lines) == lines
    assert read_lines([lines[0], FIRST, SECOND]) == [FIRST, SECOND]


def test_a_headline_repeated_in_two_lines() -> None:
    title = "云岭县举行一季度招商引资项目集中签约仪式"
    kept, _ = drop_boilerplate([Line("云岭县举行一季度招商引资"), Line("项目集中签约仪式"), Line(FIRST)], title)
    assert [line.text for line in kept] == [FIRST]
    notice = "云岭县人民政府关于做好招商工作的通知"
    lines = [Line("云岭县人民政府"), Line("关于做好招商工作的通知"), Line(FIRST)]
    assert drop_boilerplate(lines, notice)[0] == lines


def test_teasers_below_short_news() -> None:
    teasers = [
        line
        for i in range(8)
        for line in (Line(f"云岭县第{i}批项目集中签约", 12), Line(f"{i}小时前"), Line(f"第{i}批：{SECOND}"))
    ]
    kept, _ = drop_boilerplate([Line(FIRST), Line("你可能还想看"), *teasers], "云岭县签约")
    assert [line.text for line in kept] == [FIRST]


def test_the_link_glued_to_the_last_paragraph() -> None:
    assert read_lines([FIRST, SECOND + "返回云岭，查看更多"]) == [FIRST, SECOND]
    assert read_lines([FIRST, SECOND + "欢迎您返回云岭。"]) == [FIRST, SECOND + "欢迎您返回云岭。"]


def test_a_heading_of_documents_within_a_text_stays() -> None:
    lines = [FIRST, SECOND, "相关政策", "《云岭县招商引资办法》", SECOND + "（续）"]
    assert read_lines(lines) == lines


def test_a_statement_longer_than_the_news() -> None:
    statement = "凡本网注明“来源：云岭网”的所有作品，版权均属于云岭网，未经授权不得转载、摘编或利用其它方式使用。"
    lines = [FIRST, SECOND, "云岭网版权与免责声明：", f"① {statement}", f"② {statement}", f"③ {statement}"]
    assert read_lines(lines) == [FIRST, SECOND]


def test_script_and_tags_in_the_text_are_no_text() -> None:
    assert read_lines(
        [FIRST, SECOND, '"; html +=""; html +="上一页"; if(p==1){ location.href = url; } else { x(); }']
    ) == [
        FIRST,
        SECOND,
    ]
    assert read_lines([FIRST, '<object id="w6"><tt id="w6"></tt></object>', SECOND]) == [FIRST, SECOND]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*PARAGRAPHS, "责任编辑：李小红", "分享到：", "来源：云岭日报", "相关阅读", "（记者 王建国）", "1"]
        )
    )
)
def test_dropping_is_idempotent(texts: list[str]) -> None:
    once, _ = drop_boilerplate([Line(text) for text in texts], TITLE)
    twice, dropped = drop_boilerplate([Line(line.text) for line in once], TITLE)
    assert [line.text for line in twice] == [line.text for line in once]
    assert not dropped
