"""`scrapy portal`: a first look, and the class and fixtures that are written of it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import QUICK, ROOT, Scrapy, environment
from made_survey import URL, survey
from scrapy.http import Response
from scrapy.settings import Settings

from cleaners import PageRules, RawPage
from promo_crawler.commands.portal import write_portal
from promo_crawler.loopback import PortalServer
from promo_crawler.survey import read_sample
from promo_crawler.survey_report import format_survey
from promo_crawler.survey_spider import SurveySpider


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that a test may write to."""
    copy = tmp_path / "project"
    left_out = shutil.ignore_patterns(".*", "data", "bench")  # what is compiled goes along
    for name in ("promo_crawler", "cleaners", "fixtures", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=left_out)
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    return copy


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(project: Path, portal: PortalServer) -> Run:
    """Runs a module in the copy, with the demo portal as its network."""

    def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=project,
            env=environment(portal) | {"PYTHONPATH": str(project)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run_module


def test_portal_is_shown_and_nothing_written(portal: PortalServer, scrapy: Scrapy) -> None:
    shown = scrapy("portal", URL, server=portal)
    assert shown.returncode == 0, shown.stderr
    for words in (
        "青澜",
        "招商引资",
        "/nbzl/: its robots.txt forbids",
        "more than 23 articles",
        "N/tN_N.html",
        "published  2024-",
    ):
        assert words in shown.stdout
    assert "Traceback" not in shown.stderr
    paths = [path for _, path, _ in portal.asked]
    assert len(paths) == len(set(paths)) <= 31
    assert not any(path.startswith(("/admin/", "/nbzl/")) for path in paths)
    assert portal.most_at_once == 1
    assert not (ROOT / "promo_crawler" / "spiders" / "qinglan.py").exists()


def test_portal_as_json_within_its_limit(portal: PortalServer, scrapy: Scrapy) -> None:
    shown = scrapy("portal", URL, "--json", "--pages", "5", server=portal)
    found = json.loads(shown.stdout)
    assert found["pages_asked"] <= 5
    assert len([path for _, path, _ in portal.asked if path != "/robots.txt"]) <= 5
    assert found["robots"]["disallowed"] == ["/admin/", "/nbzl/"]
    assert found["articles"]["estimate"] > 0
    assert found["sample"]["text"]
    assert found["name"] == "qinglan"


def test_written_portal_is_tested_and_crawled(run: Run, project: Path) -> None:
    written = run("scrapy", "portal", URL, "--write", *QUICK)
    assert written.returncode == 0, written.stderr
    source = (project / "promo_crawler" / "spiders" / "qinglan.py").read_text("utf-8")
    assert "class Qinglan(" in source
    fixtures = project / "fixtures" / "qinglan"
    assert {path.name for path in fixtures.iterdir()} == {"article.html", "article.json", "list.html", "list.json"}
    page = json.loads((fixtures / "article.json").read_text("utf-8"))["page"]
    served = ROOT / "fixtures" / "demo" / "site" / page["url"].removeprefix(URL)
    assert (fixtures / "article.html").read_bytes() == served.read_bytes()
    tested = run("pytest", "-v", "tests/test_portals.py", "-k", "qinglan or every")
    assert tested.returncode == 0, tested.stdout
    assert "4 passed" in tested.stdout
    checked = run("ruff", "check", "promo_crawler/spiders/qinglan.py")
    assert checked.returncode == 0, checked.stdout
    crawled = run("scrapy", "crawl", "qinglan", *QUICK, "-s", "DATA_DIR=data")
    assert crawled.returncode == 0, crawled.stderr
    texts = list((project / "data" / "corpus" / "qinglan").rglob("*.txt"))
    assert len(texts) == 23

    again = run("scrapy", "portal", URL, "--write", *QUICK)
    assert again.returncode == 2
    assert "declared already, by the portal qinglan" in again.stderr
    assert run("scrapy", "portal", URL, "--write", "--name", "qinglan", *QUICK).returncode == 2
    assert (project / "promo_crawler" / "spiders" / "qinglan.py").read_text("utf-8") == source


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        ((), "say one URL", 2),
        (("qinglan",), "not an address", 2),
        (("ftp://a.example/",), "not an address", 2),
        ((URL, "--name", "class"), "--name class", 2),
        ((URL, "--name", "../evil"), "--name ../evil", 2),
        ((URL, "--name", "jiayu"), "there is a portal of this name", 2),
        ((URL, "--name", "demo"), "there is a portal of this name", 2),
        ((URL, "--pages", "2"), "--pages 2", 2),
        (("http://elsewhere.example/",), "it answered with status 502", 1),
        ((f"{URL}nowhere/",), "it answered with status 404", 1),
        ((f"{URL}admin/",), "robots.txt forbids", 1),
        (("http://127.0.0.1:9/",), "http://127.0.0.1:9/: ", 1),
    ],
)
def test_what_cannot_be_looked_at_gets_one_sentence(
    arguments: tuple[str, ...], words: str, code: int, portal: PortalServer, scrapy: Scrapy
) -> None:
    shown = scrapy("portal", *arguments, "-s", "RETRY_ENABLED=0", server=portal)
    complaints = [line for line in shown.stderr.splitlines() if line.startswith("scrapy portal: ")]
    assert shown.returncode == code
    assert len(complaints) == 1
    assert words in complaints[0]
    assert shown.stdout == ""
    assert "Traceback" not in shown.stderr


def test_long_crawl_delay_means_fewer_pages(portal: PortalServer, scrapy: Scrapy) -> None:
    (portal.folder / "robots.txt").write_text("User-agent: *\nCrawl-delay: 0.3\nDisallow: /nbzl/\n")
    shown = scrapy("portal", URL, "--pages", "5000", "--json", server=portal)
    assert json.loads(shown.stdout)["robots"] == {"disallowed": ["/nbzl/"], "delay": 0.3, "sitemaps": []}
    at = SurveySpider(URL, 30)
    at.settings = Settings({"ROBOTSTXT_USER_AGENT": "promo-crawler"})  # type: ignore[assignment]
    at.on_response(Response(f"{URL}robots.txt", body=b"User-agent: *\nCrawl-delay: 60\n"))
    assert at.max_asked == 6


def test_block_page_gets_one_sentence(portal: PortalServer, scrapy: Scrapy) -> None:
    wall = "<html><head><title>安全验证</title></head><body>您的访问过于频繁，请完成验证后继续。</body></html>"
    (portal.folder / "index.html").write_text(wall, "utf-8")
    shown = scrapy("portal", URL, server=portal)
    assert shown.returncode == 1
    assert "block page" in shown.stderr
    assert shown.stdout == ""


def test_half_written_portal_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_crawler.commands.portal.FIXTURES", tmp_path / "fixtures")
    monkeypatch.setattr("promo_crawler.commands.portal.SPIDERS", tmp_path / "not" / "there")
    site = ROOT / "fixtures" / "demo" / "site" / "zsyz" / "202406" / "t20240612_1024.html"
    at = datetime(2024, 6, 20, tzinfo=UTC)
    sample = read_sample(
        RawPage(url=f"{URL}zsyz/202406/t20240612_1024.html", body=site.read_bytes(), fetched_at=at), ()
    )
    with pytest.raises(OSError, match="not"):
        write_portal(survey(sample=sample), "qinglan")
    assert not list((tmp_path / "fixtures").glob("qinglan/*"))
    assert not (tmp_path / "fixtures" / "qinglan").exists()


def test_fixture_leaves_to_a_person_what_rules_disagree_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_crawler.commands.portal.FIXTURES", tmp_path / "fixtures")
    monkeypatch.setattr("promo_crawler.commands.portal.SPIDERS", tmp_path)
    site = ROOT / "fixtures" / "demo" / "site" / "zsyz" / "202406" / "t20240612_1024.html"
    page = RawPage(url=f"{URL}zsyz/202406/t20240612_1024.html", body=site.read_bytes())
    first_only = PageRules(layout="x", body="(//div[contains(@class, 'TRS_Editor')]//p)[1]")
    sample = read_sample(page, (first_only,))
    assert sample.differs == ("text",)
    assert read_sample(page, ()).differs == ()
    written = write_portal(survey(sample=sample), "qinglan")
    expected = json.loads(Path(written["article"]).read_text("utf-8"))["expected"]
    assert "text" not in expected
    assert "images" not in expected
    assert expected["title"] == sample.article.title
    assert any("differently: text" in line for line in format_survey(survey(sample=sample)))
