"""Identity of a text: what it is blind to, and what it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.fingerprint import content_hash
from cleaners.normalize import normalize_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("項目計畫，增長９.71%", "项目计划,增长9.71％"),
        ("「貼著便利貼」", "“贴着便利贴”"),
        ("陜西乾安縣", "陕西乾安县"),
        ("臺灣、裏面、於是、群眾", "台湾、里面、于是、群众"),
        ("ABC 公司\n招商", "abc公司招商"),
        ("9．71", "9.71"),
    ],
)
def test_copies_are_one_text(one: str, other: str) -> None:
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("增长9.71%", "增长97.1%"), ("增长9.71%", "增长971%"), ("签约12个", "签约13个"), ("甲乙", "乙甲")],
)
def test_other_texts_are_others(one: str, other: str) -> None:
    assert content_hash(one) != content_hash(other)


@given(st.text(max_size=60))
def test_normal_form_keeps_the_identity(text: str) -> None:
    assert content_hash(normalize_text(text)) == content_hash(text)
