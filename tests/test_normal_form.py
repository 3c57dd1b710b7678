"""The spelling that was asked for: Simplified print by default, or the page's own."""

from pathlib import Path

import pytest
from conftest import DEMO, Scrapy, articles

from cleaners import Article, NormalForm, RawPage, clean_page, clean_text

PAGE = DEMO / "site" / "zsyz" / "202405" / "t20240509_1013.html"


def read(form: NormalForm) -> Article:
    return clean_page(RawPage(url="http://www.qinglan.example/a.html", body=PAGE.read_bytes()), form=form)


def test_own_script_is_kept_in_every_field() -> None:
    article = read(NormalForm(script=""))
    assert article.title == "台商林敬堯：把第二個家安在青瀾"
    assert article.authors == ("方曉棠",)
    assert "機床的轟鳴聲裡" in article.text
    assert article.content_hash == read(NormalForm()).content_hash


@pytest.mark.parametrize("script", ["t2s", "tw2s", "tw2sp", "hk2s"])
def test_every_chain_gives_simplified(script: str) -> None:
    article = read(NormalForm(script=script))
    assert article.title == "台商林敬尧：把第二个家安在青澜"
    assert "机床的轰鸣声里" in article.text


def test_width_and_punctuation_can_be_left_alone() -> None:
    text = "本县今年新签项目１２个,总投资30亿元。\n其中亿元以上项目８个,县委书记说:“好!”"
    assert clean_text(text).text.startswith("本县今年新签项目12个，总投资30亿元。")
    own = clean_text(text, form=NormalForm(width=False, punctuation=False)).text
    assert own == text


def test_settings_choose_the_form(scrapy: Scrapy, tmp_path: Path) -> None:
    assert scrapy("reprocess", str(PAGE), "-s", "SCRIPT=0").returncode == 0
    (fields,) = articles(tmp_path / "data").values()
    assert fields["title"] == "台商林敬堯：把第二個家安在青瀾"
    assert fields["script"] == "hant"
