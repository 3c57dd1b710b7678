"""The class that is written of a portal: its name, and that nothing from a page breaks out of it."""

import ast
import keyword
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from made_survey import HOSTILE, URL, survey

from promo_crawler.portal_class import build_class, derive_name, is_usable_name, literal, write_source
from promo_crawler.recognition import Platform


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.jiayu.gov.cn/", "jiayu"),
        ("http://zwgk.dingxi.gov.cn/", "dingxi_zwgk"),
        ("http://wangshuo.cjyun.org/", "wangshuo"),
        ("http://www.1dagong.com/", "site_1dagong"),
        ("http://127.0.0.1:8080/", "site_127_0_0_1"),
        ("http://www.class.com/", "class_site"),
        ("http://none.com.cn/", "none_site"),
        ("http://www.taken.com/", "taken_2"),
    ],
)
def test_name_of_a_host(url: str, name: str) -> None:
    assert derive_name(url, {"taken"}) == name
    assert is_usable_name(name)


@pytest.mark.parametrize("name", ["", "class", "none", "true", "Jiayu", "a b", "../x", "a.b", "1a", "a" * 41, "县"])
def test_names_that_no_class_can_have(name: str) -> None:
    assert not is_usable_name(name)


@given(st.from_regex(r"[a-z0-9][a-z0-9.-]{0,60}", fullmatch=True))
def test_every_host_gets_a_usable_name(host: str) -> None:
    assert is_usable_name(derive_name(f"http://{host}/", ()))


@given(st.text(max_size=60))
def test_literal_is_the_text_without_control_characters(text: str) -> None:
    value = ast.literal_eval(literal(text))
    assert value == "".join(char if char.isprintable() else " " for char in text)


@pytest.mark.parametrize("title", [HOSTILE, "青" * 40, "\\", '"', "'", "\"'\\", "a" * 40 + '"'])
@pytest.mark.parametrize("platform", [None, "trs"])
def test_nothing_from_a_page_breaks_out_of_the_source(title: str, platform: str | None, tmp_path: Path) -> None:
    known = Platform(platform, title, ()) if platform else None
    template = (title, 3, URL)
    path = tmp_path / "spider.py"
    made = survey(title=title, platform=known, templates=(template,) * 5, feeds=(f"{URL}{title}",), url=URL + "x" * 130)
    path.write_text(write_source(made, "qinglan_county"), "utf-8")
    docstring, imported, cls = ast.parse(path.read_text("utf-8")).body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(imported, ast.ImportFrom)
    assert isinstance(cls, ast.ClassDef)
    facts = {n.targets[0].id: ast.literal_eval(n.value) for n in cls.body if isinstance(n, ast.Assign)}  # type: ignore[attr-defined]
    assert len(facts) == len(cls.body)
    assert facts["title"] == "".join(char if char.isprintable() else " " for char in title)
    assert facts["start_urls"] == (made.url,)
    assert build_class(made, "qinglan_county").title == title
    for check in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml"), str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + path.read_text("utf-8")


def test_class_is_not_called_like_its_base() -> None:
    source = write_source(survey(platform=Platform("trs", "TRS", ())), "trs_platform")
    assert "class TrsPlatformPortal(TrsPlatform):" in source


def test_region_is_written_only_where_it_is_the_portals_own() -> None:
    assert 'region = "421221"' in write_source(survey(region=("421221", "网站标识码")), "a")
    assert "region" not in write_source(survey(region=("421202", "公网安备")), "a").lower()


def test_soft_keywords_are_no_trouble() -> None:
    assert not keyword.iskeyword(derive_name("http://www.match.com/", ()))
