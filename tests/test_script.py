"""Traditional to Simplified, and when not to."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.schema import Script
from cleaners.script import find_script, has_traditional, to_simplified

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"
HANS = "会议强调，要坚持项目为王，把招商引资作为一号工程，主动出击、精准对接，推动更多好项目落地见效。"
HANT = "會議強調，要堅持項目為王，把招商引資作為一號工程，主動出擊、精準對接，推動更多好項目落地見效。"


def load(name: str) -> list[Any]:
    return json.loads((CASES / name).read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (HANS, Script.HANS),
        (HANT, Script.HANT),
        ("项目", Script.HANS),
        ("項目", Script.HANT),
        ("中山", Script.OTHER),
        ("", Script.OTHER),
        ("GDP 3.5%", Script.OTHER),
        (HANS * 20 + "“臨川四夢”上演", Script.HANS),
        (HANS * 20 + "李白詩云：“" + HANT + "”", Script.MIXED),
        (HANS + HANT, Script.MIXED),
        (HANT * 20 + "项目", Script.HANT),
        (HANS + "王昇、鮀江、喆", Script.HANS),
    ],
)
def test_script_of_a_document(text: str, script: Script) -> None:
    assert find_script(text) is script


@pytest.mark.parametrize("case", load("script_convert.json"), ids=lambda c: c["config"] + " " + c["in"][:12])
def test_conversion(case: dict[str, str]) -> None:
    assert to_simplified(case["in"], case["config"]) == case["out"]


def test_quotes_can_stay() -> None:
    assert to_simplified("「項目」", quotes=False) == "「项目」"


@pytest.mark.parametrize("config", ["t2s", "tw2s", "tw2sp", "hk2s"])
def test_simplified_text_is_unchanged(config: str) -> None:
    for text in [HANS, *load("script_simplified.json")]:
        assert to_simplified(text, config) == text


KINDS = ("市", "县", "区", "镇", "乡", "街道", "村", "社区", "林场", "农场")


@pytest.mark.parametrize("char", "乾於鍾瀋夥藉麽徵喆堃昇濛霑淩塚硃崙閤菴苧衕並裡捲餘淼垚甯湧迴巖嶽")
def test_a_place_keeps_its_old_character(char: str) -> None:
    """By itself, in a list, and in a Simplified sentence."""
    names = [f"{char}{tail}{kind}" for tail in ("山", "家", "") for kind in KINDS]
    assert [name for name in names if to_simplified(name) != name] == []
    for name in names:
        listed = f"王家湾镇、{name}、陈庄社区、李家河村"
        sentence = f"今天，{name}举行招商引资项目签约仪式。"
        assert to_simplified(listed + "\n" + sentence) == listed + "\n" + sentence


def test_a_place_in_traditional_script_is_converted() -> None:
    assert to_simplified("張家河村") == "张家河村"
    assert to_simplified("深圳市\n臺中縣裡村的會議") == "深圳市\n台中县里村的会议"


def test_a_line_without_evidence_follows_the_text() -> None:
    assert to_simplified(f"{HANS}\n王乾\n項目") == f"{HANS}\n王乾\n项目"
    assert to_simplified(f"{HANT}\n干杯乾杯\n项目").split("\n")[1] == "干杯干杯"


def test_simplified_words_of_the_dictionary_are_unchanged() -> None:
    lines = (files("opencc") / "dictionary" / "STPhrases.txt").read_text("utf-8").splitlines()
    words = [line.split("\t")[0] for line in lines]
    assert len(words) > 40_000
    # some hundred words of that list hold Traditional characters (`万人之敵`): slips of its makers
    simplified = [word for word in words if find_script(word) is not Script.HANT and not has_traditional(word)]
    assert len(simplified) > 48_000
    assert [word for word in simplified if to_simplified(word) != word] == []


@pytest.mark.parametrize("config", ["t2s", "tw2s", "hk2s"])
def test_same_as_opencc_but_for_what_the_mainland_finishes(config: str) -> None:
    """Where the package is right the result is its own; 著, quotes, names and a few words differ on purpose."""
    text = HANT + "發髮乾隆頭髮發展餘下剩餘徵求宮商角徵羽鬱鬱蔥蔥憂鬱歷史日曆複雜反覆恢復製造制度麵粉面子範圍范先生"
    assert to_simplified(text, config) == opencc.OpenCC(config).convert(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_conversion_of_any_text_is_final(text: str) -> None:
    once = to_simplified(text)
    assert find_script(once) is not Script.HANT or to_simplified(once) == once


@pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the shared gold is not here")
def test_script_of_the_gold() -> None:
    for line in (SHARED / "gold" / "pages.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        assert find_script(page["body"]) == page["script"], page["file"]
        if page["script"] == "hans":
            assert to_simplified(page["body"]) == page["body"], page["file"]
