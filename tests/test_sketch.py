"""What the sketch of a text is blind to, and what it promises about parts."""

import subprocess
import sys
from random import Random

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from bench.reprint_texts import make_article
from cleaners.fingerprint import fold_text
from cleaners.sketch import (
    HASH_BITS,
    SHINGLE,
    key_count,
    shared_part,
    sketch_folded,
    sketch_size,
    sketch_text,
)

letters = st.text(alphabet="甲乙丙丁戊12a𠀀", max_size=300)


def test_copies_have_one_sketch() -> None:
    one = "項目計畫，增長９.71%，總投資38億元，帶動就業1,200人。"
    other = "项目计划,增长9.71％ 总投资38亿元\n带动就业1，200人"
    assert sketch_text(one) == sketch_text(other) != ()


def test_other_figures_are_other_hashes() -> None:
    assert sketch_text("签约项目12个总投资35亿元") != sketch_text("签约项目13个总投资35亿元")


@pytest.mark.parametrize("text", ["", "甲", "甲乙丙丁", "，。！"])
def test_less_than_a_shingle_has_no_sketch(text: str) -> None:
    assert sketch_text(text) == ()


@given(letters)
def test_the_sketch_is_the_smallest_hashes_of_the_set_of_shingles(folded: str) -> None:
    units = folded.encode("utf-16-le")
    pieces = {units[at : at + 2 * SHINGLE] for at in range(0, len(units) - 2 * SHINGLE + 1, 2)}
    hashes = sorted({sketch_folded(piece.decode("utf-16-le", "surrogatepass"))[0] for piece in pieces})
    assert list(sketch_folded(folded)) == hashes[: sketch_size(len(folded))]
    assert all(0 <= value < 1 << HASH_BITS for value in hashes)


@given(letters, letters, letters)
def test_what_a_text_takes_of_a_passage_every_shorter_text_with_it_takes_too(lead: str, text: str, tail: str) -> None:
    whole, part = sketch_folded(lead + text + tail), sketch_folded(text)
    last = min(whole[-1], part[-1]) if whole and part else -1
    assert {value for value in part if value <= last} <= set(whole)


@given(st.integers(1, 10**6))
def test_a_longer_text_takes_no_larger_share(length: int) -> None:
    for count in (sketch_size, key_count):
        assert count(length + 1) / (length + 1) <= count(length) / length or count(length) == count(length + 1) - 1
        assert count(length) <= count(length + 1)


def test_a_part_shares_what_it_could_share_and_another_text_nothing() -> None:
    rng = Random(4)
    whole = make_article(rng, 2000)
    half, other = fold_text(whole)[300:1300], fold_text(make_article(rng, 2000))
    shared, could = shared_part(sketch_text(whole), sketch_folded(half))
    assert shared == could >= 8
    assert shared_part(sketch_text(whole), sketch_folded(other))[0] <= 2
    assert shared_part((), sketch_folded(half)) == (0, 0)


def test_another_process_makes_the_same_sketch() -> None:
    text = "全县签约项目12个，总投资35亿元，同比增长9.71%。"
    script = f"from cleaners.sketch import sketch_text; print(sketch_text({text!r}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(sketch_text(text))
