"""One spelling, and only one: normal text stays, folded text comes back. Cases are data: cases/normalize.json."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.normalize import normalize_text

CASES = json.loads((Path(__file__).parent / "cases" / "normalize.json").read_text("utf-8"))
SHARED = Path(__file__).parents[2] / "shared"
CHINESE = st.text(
    st.sampled_from(
        [*"招商引资一人年月日，。：；？！（）,.:;?!()“”‘’\"'—-…·~～－［ 　\n12０aBＡ%％/＝《》「」&=@_•\u0301é"]
    ),
    max_size=50,
)

PIECES = [
    "招商引资",
    "增长25%",
    "，",
    "；",
    "（含续建）",
    "(1)",
    "1)",
    "12:30",
    "8月3 日",
    "GDP",
    "f(x)",
    "：",
    "“双过半”",
    "？",
    " ",
]
PIECES += ["www.example.cn/a,b", "1,200", "RFID(Radio Frequency)", "～", "3:2", "。", "——", "①", "QQ:123", "/"]


def fold(text: str) -> str:
    return re.sub("[，：；？！（）]", lambda m: chr(ord(m[0]) - 0xFEE0), text)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["in"][:14])
def test_normal_form(case: dict[str, str]) -> None:
    assert normalize_text(case["in"]) == case["out"]
    assert normalize_text(case["out"]) == case["out"]


def test_policies_can_be_switched_off() -> None:
    assert normalize_text("Ａ区,增长", width=False) == "Ａ区，增长"
    assert normalize_text("Ａ区,增长", punctuation=False) == "A区,增长"
    assert normalize_text("　Ａ区,e\u0301 ", width=False, punctuation=False) == "Ａ区,é"


@settings(max_examples=1000, deadline=None)
@given(CHINESE | st.text(max_size=60))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_pieces_of_news_are_normal_at_once_folded_or_not(text: str) -> None:
    for form in (text, fold(text), "项目" + fold(text)):
        once = normalize_text(form)
        assert normalize_text(once) == once


@settings(max_examples=300, deadline=None)
@given(CHINESE | st.text(max_size=60))
def test_letters_and_digits_are_never_lost(text: str) -> None:
    def bare(t: str) -> str:
        return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", t))

    assert bare(normalize_text(text)) == bare(text)


@settings(max_examples=300, deadline=None)
@given(CHINESE | st.text(max_size=60))
def test_each_paragraph_is_a_line_without_indent(text: str) -> None:
    assert all(line and line == line.strip() for line in normalize_text(text).splitlines())


def test_folded_width_comes_back() -> None:
    text = (
        "会议强调，要坚持“项目为王”（含续建）；怎么办？干！目标：12.5亿元，增长8.8%，其中A区3个。\n"
        "他说：“ABC公司（东区）于8:30开工，共1,200人！”\n来源：县委办（通讯员 张三）"
    )
    assert normalize_text(fold(text)) == normalize_text(text) == text


@pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the shared gold is not here")
def test_gold_is_normal_but_for_dashes_and_dots() -> None:
    """The scorer is blind to width and space: only `――`, `———` and `・` differ, in 4 of 751 paragraphs."""

    def seen(t: str) -> str:
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", t))

    differ, folded_differ, count = 0, 0, 0
    for name in ("pages.jsonl", "seeds.jsonl"):
        for row in (SHARED / "gold" / name).read_text("utf-8").splitlines():
            for line in filter(str.strip, json.loads(row)["body"].split("\n")):
                normal = normalize_text(line)
                assert normalize_text(normal) == normal
                differ += seen(normal) != seen(line)
                folded_differ += normalize_text(fold(line)) != normal
                count += 1
    assert differ <= 4
    assert folded_differ <= count / 100
