"""Which texts are versions of one another, in what way, and the diff that shows it."""

import re
from collections.abc import Callable
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reprint_texts import VERSIONS, change_figures, join, make_article, make_forms, share_half
from cleaners.alignment import find_blocks
from cleaners.comparison import (
    MIN_KEPT,
    Relation,
    compare_folded,
    compare_texts,
    diff_texts,
    find_relation,
    may_be_versions,
)
from cleaners.fingerprint import fold_text
from cleaners.normalize import normalize_unicode

NEWS = """本报讯（记者 王青）6月12日，青澜县招商小分队在苏州举行推介会，现场签约项目7个，总投资38.6亿元。
签约项目涵盖新型建材、食品加工、电子元件三个领域，全部投产后预计年产值52亿元，带动就业1200人。
县委副书记刘明在会上介绍了区位优势和扶持政策。青澜县将为每个项目配备一名服务专员，从拿地到开工不超过45天。
来自长三角的42家企业参加了推介会，会后有9家企业表示近期到青澜县实地考察。"""
OTHER = """春耕时节，石泉镇的田间地头一派繁忙。种植大户李强早早检修好了插秧机，今年他流转了三百多亩水田。
镇农技站的技术员走村入户，指导农户做好育秧和病虫害防治，还建起了微信群，随时解答大家的疑问。"""
SHORT = "6月12日，青澜县电子元件产业园开工，项目总投资12.5亿元，占地180亩，计划明年10月投产，可提供岗位600个。"
letters = st.text(alphabet="甲乙丙丁戊己庚县公司同志0123456789点", max_size=120)


def relation(one: str, other: str) -> Relation:
    return compare_texts(one, other).relation


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (NEWS, Relation.SAME),
        (NEWS.replace("签约", "簽約").replace("，", ","), Relation.SAME),
        (NEWS.replace("会后有9家", "会后有8家"), Relation.SAME),  # a correction
        (NEWS.split("\n", 1)[1], Relation.ABRIDGED),
        ("\n".join(NEWS.split("\n")[:2]), Relation.ABRIDGED),
        (NEWS + "\n" + OTHER, Relation.EXTENDED),
        (OTHER + "\n" + NEWS, Relation.EXTENDED),
        (NEWS.replace("本报讯（记者 王青）6月12日", "石泉新闻网6月13日电（通讯员 张帆）"), Relation.EDITED),
        (NEWS.replace("青澜县", "我县"), Relation.EDITED),
    ],
)
def test_versions(version: str, expected: Relation) -> None:
    assert relation(version, NEWS) is expected


@pytest.mark.parametrize(
    "other",
    [
        OTHER,
        "",
        # the same formulas, another event
        change_figures(NEWS, Random(1)),
        NEWS.replace("青澜", "石泉").replace("38.6", "12.4").replace("52", "17").replace("1200", "430"),
        # half in common
        NEWS[: len(NEWS) // 2] + OTHER + OTHER[::-1],
    ],
)
def test_texts_that_are_no_versions(other: str) -> None:
    assert relation(NEWS, other) is Relation.UNRELATED


def test_other_places_and_names_in_the_same_words_are_another_text() -> None:
    notice = (
        "经研究，青澜县人民政府决定：{}镇{}村、{}村纳入整治范围，{}公司承担测量，{}公司承担施工，请{}同志负责协调。"
    )
    one = notice.format("白沙", "双溪", "龙湾", "宏达", "金昌", "李强")
    other = notice.format("枫林", "长滩", "柳河", "瑞丰", "盛源", "赵敏")
    assert relation(one, other) is Relation.UNRELATED
    assert relation(one, "本报讯 " + one) is Relation.ABRIDGED


def test_forms_about_different_matters_are_different_texts() -> None:
    rng = Random(7)
    for _ in range(20):
        forms = list({form.split("\n")[0]: form for form in make_forms(rng, 5)}.values())
        for one, other in combinations(forms, 2):
            assert relation(one, other) is Relation.UNRELATED


@pytest.mark.parametrize(
    "edit",
    [
        lambda form: form.replace("事项名称 ", "一、事项名称：").replace("受理机构 ", "二、受理机构："),
        lambda form: form.replace("法定时限 20", "法定时限 15").replace("二楼", "三楼"),
        lambda form: form.replace("登记", "登记（县局）", 1),  # a longer name of the same matter
        lambda form: "\n".join(form.split("\n")[:-2]),
        lambda form: VERSIONS["header, footer"](form, Random(1)),
        lambda form: VERSIONS["5 % edited"](form, Random(1)),
        # among other forms on one page
        lambda form: form.replace("婚姻", "收养").replace("登记", "备案") + "\n" + form,
    ],
)
def test_copies_of_a_form_are_versions(edit: Callable[[str], str]) -> None:
    form = re.sub("事项名称 .*", "事项名称 婚姻登记", make_forms(Random(8), 1)[0])
    assert relation(form, edit(form)) is not Relation.UNRELATED
    assert relation(edit(form), form) is not Relation.UNRELATED


def test_news_with_a_list_of_projects_is_no_form() -> None:
    table = "项目名称：{}电子产业园。建设单位：宏达公司。\n项目名称：{}食品加工园。建设单位：金昌公司。\n"
    news = NEWS + "\n附：\n" + table.format("城东", "城西")
    assert relation(news, NEWS + "\n" + table.format("城东", "城南")) is not Relation.UNRELATED  # a correction
    assert relation(news, "\n".join(news.split("\n")[:-2])) is not Relation.UNRELATED


def test_the_quick_look_lets_all_made_versions_pass() -> None:
    rng = Random(9)
    for name, edit in VERSIONS.items():
        for length in (30, 100, 500, 3000):
            text = make_article(rng, length)
            one, other = fold_text(text), fold_text(edit(text, rng))
            if compare_folded(one, other).is_version:
                assert may_be_versions(one, other), (name, length)
                assert may_be_versions(other, one)
    texts = [fold_text(make_article(rng, 500)) for _ in range(30)]
    assert sum(may_be_versions(one, other) for one, other in combinations(texts, 2)) < 30


def test_who_asks_for_versions_alone_gets_all_of_them() -> None:
    rng = Random(11)
    for edit in VERSIONS.values():
        for letters in (60, 90, 150, 300, 800):
            one = fold_text(make_article(rng, letters))
            other = fold_text(edit(one, rng))
            found = compare_folded(one, other)
            if found.is_version:
                assert compare_folded(one, other, only_versions=True) == found
    one, other = (fold_text(make_article(rng, 300)) for _ in range(2))
    assert not compare_folded(one, other, only_versions=True).is_version


def test_short_news() -> None:
    assert relation(SHORT, f"青澜发布：{SHORT}（编辑 王五）") is Relation.ABRIDGED
    assert relation(SHORT, SHORT.replace("明年10月", "今年底")) is not Relation.UNRELATED
    assert relation(SHORT, change_figures(SHORT, Random(2))) is Relation.UNRELATED


def test_an_empty_text_is_no_version_of_itself() -> None:
    assert relation("", "") is Relation.UNRELATED
    assert relation("，。", "！") is Relation.UNRELATED


@given(letters, letters)
def test_the_comparison_is_symmetric(one: str, other: str) -> None:
    assert compare_folded(one, other) == compare_folded(other, one).turned()


@pytest.mark.parametrize("name", VERSIONS)
def test_made_versions_are_found_both_ways_and_look_alikes_are_not(name: str) -> None:
    rng = Random(name)
    found = 0
    for _ in range(25):
        text, other = make_article(rng, 600), make_article(rng, 600)
        version = VERSIONS[name](text, rng)
        forth = compare_texts(text, version)
        assert compare_texts(version, text) == forth.turned()
        found += forth.is_version
        assert not compare_texts(version, other).is_version
        if len(re.findall(r"\d[\d.]*", version)) >= 6:
            assert not compare_texts(version, change_figures(version, rng)).is_version
    assert found >= 24


def test_a_joined_text_says_where_its_parts_are() -> None:
    rng = Random(3)
    one, other = make_article(rng, 500), make_article(rng, 700)
    whole = join(one, other, rng)
    spans = sorted(compare_texts(whole, part).span for part in (one, other))
    assert all(compare_texts(part, whole).relation is Relation.ABRIDGED for part in (one, other))
    assert spans[0][1] <= spans[1][0] + 0.02


def test_half_in_common_is_not_enough() -> None:
    rng = Random(5)
    linked = [compare_texts(*share_half(*(make_article(rng, 500) for _ in range(3)))).is_version for _ in range(50)]
    assert sum(linked) <= 1


@pytest.mark.parametrize(
    ("kept", "other_kept", "expected"),
    [
        (1, 1, Relation.SAME),
        (0.98, 0.99, Relation.SAME),
        (0.9, 0.9, Relation.EDITED),
        (0.95, 0.5, Relation.ABRIDGED),
        (0.5, 0.95, Relation.EXTENDED),
        (1, 0.9, Relation.ABRIDGED),
        (0.7, 0.65, Relation.EDITED),
    ],
)
def test_relations(kept: float, other_kept: float, expected: Relation) -> None:
    assert find_relation(kept, other_kept) is expected


@given(letters, letters)
def test_blocks_are_common_stretches_in_order(one: str, other: str) -> None:
    at = other_at = 0
    for block in find_blocks(one, other):
        assert block.size > 0
        assert block.start >= at
        assert block.other_start >= other_at
        at, other_at = block.start + block.size, block.other_start + block.size
        assert one[block.start : at] == other[block.other_start : other_at]
    assert at <= len(one)
    assert other_at <= len(other)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_diff_is_the_new_text_with_what_was_removed(old: str, new: str) -> None:
    pieces = diff_texts(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == normalize_unicode(new)
    assert all(piece.text for piece in pieces)


def test_a_diff_can_be_read() -> None:
    new = NEWS.replace("38.6", "38.9").replace("本报讯（记者 王青）", "").replace("，现场", "、现场")
    pieces = [(piece.kind, piece.text) for piece in diff_texts(NEWS, new)]
    assert pieces[0] == ("removed", "本报讯（记者 王青）")
    assert [piece for piece in pieces if piece[0] != "same"][1:] == [("removed", "38.6"), ("added", "38.9")]
    assert diff_texts(NEWS, NEWS.replace("，", ",").replace("县", "縣"))[0].kind == "same"


_PRAISE = (
    "根据{0}年度安全生产工作责任制考核结果，经县政府研究，决定对{1}等单位予以通报表彰。{0}年，各单位认真落实安全生产责任制，"
    "强化措施，狠抓落实，全县安全生产形势持续稳定好转。希望受表彰的单位珍惜荣誉，再接再厉，在{2}年的工作中取得新的更大成绩。"
)


def test_the_notice_of_another_year_is_no_reprint() -> None:
    one = _PRAISE.format(2010, "青澜镇、石泉镇、云谷乡、县财政局、县教育局", 2011)
    other = _PRAISE.format(2011, "青澜镇、白沙镇、双溪乡、县财政局、县水利局", 2012)
    found = compare_texts(one, other)
    assert found.kept > MIN_KEPT
    assert found.relation == Relation.UNRELATED


def test_a_year_put_right_and_years_left_out_make_no_other_text() -> None:
    one = _PRAISE.format(2010, "青澜镇、石泉镇、云谷乡、县财政局、县教育局", 2011)
    assert compare_texts(one, one.replace("2011年", "2012年")).is_version
    assert compare_texts(one, one.replace("2010年", "去年")).is_version
    assert compare_texts(one, f"本网2012年3月5日讯 {one}").is_version
