"""Damage undone, and nothing true harmed. Cases are data: cases/repair_*.json."""

import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.fingerprint import content_hash
from cleaners.glosses import fix_glosses
from cleaners.normalize import normalize_text
from cleaners.repair import fix_text
from cleaners.script import find_script, to_simplified
from cleaners.shifted_gbk import fix_shifted_gbk
from cleaners.strays import fix_strays

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"
STEPS: dict[str, Callable[[str], str]] = {
    "text": lambda t: fix_text(t)[0],
    "shifted_gbk": lambda t: fix_shifted_gbk(t)[0],
    "strays": lambda t: fix_strays(t)[0],
}

# written for these tests, as county news are written; each with marks of several kinds
PARAGRAPHS = (
    "会议强调，要坚持“项目为王”，把招商引资作为“一号工程”，主动出击、精准对接，推动更多好项目落地。",
    "据介绍，该项目总投资12.5亿元，占地300亩，建成后可实现年产值20亿元、税收8000万元，带动就业1200人。",
    "“从签约到开工只用了45天！”企业负责人说，“这里的营商环境，让我们放心、安心、舒心。”",
    "县委副书记、县长带队赴深圳、东莞、广州等地考察，走访企业16家，签订《战略合作框架协议》3份……",
    "下一步怎么办？他认为：一是抓产业链，二是抓服务，三是抓落实——三者缺一不可；否则，机遇就会错过。",
    "记者在开发区（东区）看到，ABC电子公司的厂房已经封顶，工人们正在安装设备，预计10月份投产。",
    "全县新签约亿元以上项目23个（其中10亿元以上5个），到位资金64.3亿元，同比增长21.7%。",
)
TRADITIONAL = (
    "會議強調，要堅持「項目為王」，把招商引資作為“一號工程”，主動出擊、精準對接，推動更多好項目落地。",
    "“從簽約到開工只用了45天！”企業負責人說，“這裏的營商環境，讓我們放心、安心、舒心。”",
    "縣長帶隊赴深圳、東莞、廣州等地考察，走訪企業16家，簽訂《戰略合作框架協議》3份……",
)
PINYIN = {
    "设": "shè",
    "网": "wǎng",
    "业": "yè",
    "农": "nóng",
    "进": "jìn",
    "务": "wù",
    "企": "qǐ",
    "项": "xiàng",
    "资": "zī",
    "目": "mù",
}


def load(name: str) -> list[Any]:
    return json.loads((CASES / name).read_text("utf-8"))  # type: ignore[no-any-return]


def case_id(case: Any) -> str:
    return case["name"] if isinstance(case, dict) else case[:20]


@pytest.mark.parametrize("case", load("repair_true.json"), ids=case_id)
def test_damage_is_undone(case: dict[str, str]) -> None:
    assert STEPS[case["step"]](case["in"]) == case["out"]


@pytest.mark.parametrize("case", load("repair_true.json"), ids=case_id)
def test_what_was_repaired_needs_no_repair(case: dict[str, str]) -> None:
    fixed = fix_text(case["in"])[0]
    assert fix_text(fixed)[0] == fixed


@pytest.mark.parametrize("text", load("repair_no_harm.json"), ids=case_id)
def test_true_text_that_looks_like_damage_is_left_alone(text: str) -> None:
    assert fix_text(text) == (text, {})
    assert fix_text(f"招商引资。\n{text}\n项目建设。") == (f"招商引资。\n{text}\n项目建设。", {})


@pytest.mark.parametrize("case", load("repair_known_failing.json"), ids=case_id)
@pytest.mark.xfail(strict=True, reason="information is lost, or would have to be guessed")
def test_known_failing(case: dict[str, str]) -> None:
    assert STEPS[case["step"]](case["in"]) == case["out"]


def shift(text: str, choose: random.Random) -> str | None:
    """The text as a reader sees it who got `?` for the first byte of one of its marks; None if something was lost."""
    places, at = [], 0
    for char in text:
        code = char.encode("gb18030")
        if code[0] == 0xA1 and len(code) == 2:
            places.append(at)
        at += len(code)
    if not places:
        return None
    data, place = text.encode("gb18030"), choose.choice(places)
    damaged = (data[:place] + b"?" + data[place + 1 :]).decode("gb18030", "replace")
    return None if "\ufffd" in damaged else damaged


def fold(text: str) -> str:
    return re.sub("[，：；？！（）]", lambda m: chr(ord(m[0]) - 0xFEE0), text)


@pytest.mark.parametrize("folded", [False, True], ids=["as printed", "width folded"])
def test_shifted_text_comes_back(folded: bool) -> None:
    choose, right, tried = random.Random(4), 0, 0
    for _ in range(1500):
        line = "".join(choose.sample(PARAGRAPHS + TRADITIONAL, 3))
        line = line.replace("，", choose.choice(["，", "，A", "，GDP"]), choose.randint(0, 2))
        damaged = shift(line, choose)
        if damaged is None:
            continue
        tried += 1
        if folded:
            right += normalize_text(fix_text(fold(damaged))[0]) == normalize_text(fold(line))
        else:
            right += fix_text(damaged)[0] == line
    assert tried > 200
    assert right / tried >= 0.99


def test_a_run_that_lost_a_byte_shows_what_is_lost() -> None:
    line = "会议强调，要坚持项目为王、主动出击、精准对接，全年新签约项目23个"
    data = line.encode("gb18030")
    place = data.index("、".encode("gb18030"))
    damaged = (data[:place] + b"?" + data[place + 1 :]).decode("gb18030", "replace")
    assert fix_text(damaged) == (line.replace("项目23", "项\ufffd23"), {"shifted_gbk": 1, "shifted_gbk_left": 1})


def test_a_run_of_one_mark_that_could_be_another_is_left_and_flagged() -> None:
    assert fix_text("会议指出?珹BC公司已开工") == ("会议指出?珹BC公司已开工", {"shifted_gbk_left": 1})
    assert fix_text("会议指出?癆BC公司已开工") == ("会议指出“ABC公司已开工", {"shifted_gbk": 1})


def test_the_line_around_a_run_that_was_simplified_is_simplified() -> None:
    line = "陈飞强调：“坚持招商引资一号工程，推动更多好项目落地ABC公司已经开工"
    data = line.encode("gb18030")
    place = data.index("“".encode("gb18030"))
    damaged = (data[:place] + b"?" + data[place + 1 :]).decode("gb18030")
    assert fix_text(opencc.OpenCC("s2t").convert(damaged))[0] == line


def test_a_mark_that_lost_its_last_byte_is_not_guessed() -> None:
    assert fix_text("请到窗口上报?\ufffd") == ("请到窗口上报?\ufffd", {"shifted_gbk_left": 1})


@pytest.mark.parametrize("share", [1.0, 0.5, 0.2, 0.1])
def test_glosses_on_any_share_of_characters_go(share: float) -> None:
    choose, right = random.Random(5), 0
    for _ in range(200):
        text = "\n".join(choose.sample(PARAGRAPHS, 4))
        glossed = "".join(f"{c}({PINYIN[c]})" if c in PINYIN and choose.random() < share else c for c in text)
        right += fix_glosses(glossed)[0] == text
    assert right >= 198


@pytest.mark.parametrize("char", PINYIN)
@pytest.mark.parametrize("form", ["{}({})", "{} ({})", "{}（{}）", "{}({} )"])
def test_one_gloss_is_enough_behind_a_character_nobody_explains(char: str, form: str) -> None:
    assert fix_text("全县" + form.format(char, PINYIN[char]) + "在增长") == (f"全县{char}在增长", {"glosses": 1})


@pytest.mark.parametrize("times", [1, 2, 3])
def test_escaped_entities_come_back(times: int) -> None:
    names = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "…": "&hellip;", "、": "&#12289;", "，": "&#xff0c;"}
    text = "\n".join(PARAGRAPHS)
    escaped = "".join(names.get(char, char) for char in text)
    for _ in range(times - 1):
        escaped = escaped.replace("&", "&amp;")
    assert fix_text(escaped)[0] == text


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "latin-1"), ("utf-8", "gb18030"), ("gb2312", "latin-1")],
    ids=["utf-8 as latin-1", "utf-8 as gbk", "gbk as latin-1"],
)
def test_mojibake_comes_back(written: str, read: str) -> None:
    tried = 0
    for paragraph in PARAGRAPHS:
        for text in re.findall(r"[\u4e00-\u9fff，、。]{8,}", paragraph):
            text = text[: len(text) // 2 * 2]  # an odd number of bytes loses the last one
            try:
                damaged = text.encode(written).decode(read)
            except UnicodeDecodeError:
                continue
            tried += 1
            assert fix_text(damaged)[0] == text
    assert tried > 5


def test_big5_read_as_gbk_comes_back() -> None:
    for text in TRADITIONAL:
        text = re.sub("[“”]", "", text).replace("裏", "裡")
        assert fix_text(text.encode("big5").decode("gb18030"))[0] == text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"为什么?招商引资。，“”（）!?？(a)1A \n—…·喆𬭎é×"]), max_size=60).map("".join))
def test_random_true_text_is_left_alone(text: str) -> None:
    assert fix_text(text)[0] == text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_repaired_once(text: str) -> None:
    once = fix_text(text)[0]
    twice = fix_text(once)[0]
    assert fix_text(twice)[0] == twice  # `&am\u200bp;` may need a second look, never a third


def test_text_shifted_before_it_was_made_traditional_comes_back() -> None:
    line = "“从签约到开工只用了45天！”企业负责人说，新建厂房、ABC公司已经封顶。"
    data = line.encode("gb18030")
    place = data.index("、".encode("gb18030"))
    damaged = (data[:place] + b"?" + data[place + 1 :]).decode("gb18030")
    converted = opencc.OpenCC("s2t").convert(damaged)
    assert to_simplified(fix_text(converted)[0]) == line


def test_where_every_mark_became_a_question_mark_nothing_is_a_run() -> None:
    for paragraph in PARAGRAPHS:
        text = re.sub("[，。、；：！“”（）《》]", "?", paragraph)
        assert fix_text(text)[0] == text


WORST = {
    "marks": "?",
    "private use among rare characters": "\ue123犇骉淼焱垚甯罟a",
    "marks among rare characters": "?犇骉淼焱垚",
    "wide marks": "？?犇骉淼",
    "half a letter": "?罢a",
    "references": "招&#1;,(",
    "references in references": "&amp;",
    "addresses": "招a@a.a,",
    "addresses without end": "a-",
    "commas and spaces": "招, ",
    "open brackets": "(招",
    "glosses": "設(shè",
    "quotes": "”“招",
    "accents": "\u0327\u0301",
    "latin": "Ã¦Â",
    "lost": "\ufffd招",
}


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
@pytest.mark.parametrize("step", [fix_text, find_script, to_simplified, normalize_text, content_hash])
def test_cost_grows_with_the_length(step: Callable[[str], object], piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen."""

    def cost(length: int) -> float:
        start = time.process_time()
        step((piece * length)[:length] + ")招")
        return time.process_time() - start

    cost(1000)
    assert cost(40_000) < 10 * cost(10_000) + 0.1


def test_ten_thousand_true_texts_stay() -> None:
    choose, changed = random.Random(6), []
    clauses = [c for p in PARAGRAPHS + TRADITIONAL for c in re.split("(?<=[，。、；：？！])", p) if c]
    for _ in range(10_000):
        text = "".join(
            choose.choice([clause, clause, fold(clause), clause[:-1] + "?"]) for clause in choose.sample(clauses, 4)
        )
        if fix_text(text) != (text, {}):
            changed.append(text)
    assert changed == []


@pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the shared gold is not here")
def test_gold_bodies_are_left_alone() -> None:
    for name in ("pages.jsonl", "seeds.jsonl"):
        for line in (SHARED / "gold" / name).read_text("utf-8").splitlines():
            body = json.loads(line)["body"]
            if "\ufffd" not in body and "\u00ad" not in body:
                assert fix_text(body) == (body, {})
