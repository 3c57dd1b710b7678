"""A first look at a portal, and the class that is written of it."""

import ast
import json
import keyword
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import HOST, ROOT, Scrapy, environment
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from scrapy.http import Response
from scrapy.settings import Settings

from cleaners import PageRules, RawPage
from promo_crawler.commands.portal import write_portal
from promo_crawler.discovery import FoundLinks, Link
from promo_crawler.loopback import PortalServer
from promo_crawler.portal_class import build_class, derive_name, is_usable_name, literal, write_source
from promo_crawler.recognition import Platform
from promo_crawler.refresh import find_refresh
from promo_crawler.site_facts import (
    RobotsRules,
    count_templates,
    find_feeds,
    find_page_name,
    find_portal_title,
    find_region,
    find_stated_size,
    parse_robots,
)
from promo_crawler.survey import (
    Channel,
    ChannelQueue,
    Survey,
    choose_samples,
    find_wall,
    measure_channels,
    parse_page,
    read_sample,
)
from promo_crawler.survey_report import fit, format_survey, survey_as_json
from promo_crawler.survey_spider import SurveySpider
from promo_crawler.terminal import width

URL = f"http://{HOST}/"
HOSTILE = '县"""\nimport os; os.system("x")\\ \x1b[31m{evil}\u2028\'end'


def channel(url: str, titles: int, *, later: int = 0, body: bytes = b"<p>x</p>", common: bool = False) -> Channel:
    articles = [Link(f"{url}2024-03-0{i}/{i}.html", f"第{i}条新闻的标题", None) for i in range(1, titles + 1)]
    articles += [Link(f"{URL}hot/2024-03-09/9.html", "到处都有的热点新闻")] if common else []
    links = FoundLinks(tuple(articles), (), tuple(Link(f"{url}index_{n}.html") for n in range(1, later + 1)))
    return Channel(url, "频道", RawPage(url=url, body=body), links)


def survey(**facts: object) -> Survey:
    channels = measure_channels([channel(f"{URL}zsyz/", 3)])
    made = Survey(
        url=URL,
        title="青澜县人民政府",
        region=None,
        charset="utf-8",
        platform=None,
        robots=None,
        channels=tuple(channels),
        others=0,
        left=0,
        failures=(),
        templates=tuple(count_templates([f"{URL}zsyz/2024-03-01/1.html"])),
        feeds=(),
        other_hosts=(),
        sample=None,
        asked=1,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


# --- what a portal says of itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>青澜县人民政府门户网站-首页</title>", "青澜县人民政府门户网站"),
        ("<title>首页_青澜新闻网</title>", "青澜新闻网"),
        ("<title>欢迎访问青澜县人民政府！</title>", "青澜县人民政府"),
        ("<title>x</title><meta name=SiteName content=青澜县人民政府>", "青澜县人民政府"),
        ("<title>产业观察</title>", "产业观察"),
        ("<title>  </title>", None),
        ("", None),
    ],
)
def test_title_of_a_portal(head: str, title: str | None) -> None:
    assert find_portal_title(html.fromstring(f"<html><head>{head}</head><body>y</body></html>")) == title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("招商引资_青澜新闻网", "招商引资"),
        ("青澜新闻网-招商引资-工作动态", "招商引资"),
        ("青澜新闻网", None),
        ("", None),
    ],
)
def test_name_that_a_channel_gives_itself(title: str, name: str | None) -> None:
    page = html.fromstring(f"<html><head><title>{title}</title></head><body>y</body></html>")
    assert find_page_name(page, "青澜新闻网") == name


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("主办：某县人民政府 网站标识码：4212210001", ("421221", "网站标识码")),
        ("鄂公网安备 42122102000123号", ("421221", "公网安备")),
        ("鄂公网安备 42120202000123号 网站标识码：4212000012", ("421200", "网站标识码")),
        ("网站标识码：bm55000001", None),
        ("公网安备2020202000115", None),
        ("网站标识码：9912210001", None),
        ("电话：07154212210001", None),
        ("<meta name=SiteIDCode content=2202000019>公网安备 42122102000123号", ("220200", "网站标识码")),
    ],
)
def test_region_of_a_portal(text: str, region: tuple[str, str] | None) -> None:
    assert find_region(html.fromstring(f"<html><body><p>{text}</p></body></html>")) == region


def test_robots_rules_are_those_of_the_group_for_us() -> None:
    text = "User-agent: Baiduspider\nDisallow: /\n\nUser-agent: *\nDisallow: /admin/ # x\nDisallow:\nCrawl-delay: 5\n"
    assert parse_robots(text, "promo-crawler") == RobotsRules(("/admin/",), 5.0)
    ours = text + "\nUser-agent: x\nUser-agent: promo-crawler\nDisallow: /nbzl/\nSitemap: http://a.example/s.xml\n"
    assert parse_robots(ours, "promo-crawler") == RobotsRules(("/nbzl/",), None, ("http://a.example/s.xml",))
    assert parse_robots("<html>404</html>", "promo-crawler") == RobotsRules()
    assert parse_robots("User-agent: *\nCrawl-delay: soon\nDisallow", "promo-crawler") == RobotsRules()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("页次：1/39 每页20 总数774 首页", 774),
        ("共595条", 595),
        ("<totalrecord>554</totalrecord>", 554),
        ("总投资24亿元，共12个项目", None),
        ("共有3000", None),
    ],
)
def test_size_that_a_list_states(text: str, size: int | None) -> None:
    assert find_stated_size(text) == size


def test_feeds_that_a_page_names() -> None:
    page = html.fromstring(
        "<html><head><link rel=alternate type=application/rss+xml href=/feed/></head><body>"
        "<a href=/data/rss.xml>RSS</a><a href=/rssdy/>订阅</a><a href=/files/table.xml>y</a>"
        "<a href=http://other.example/rss.xml>x</a></body></html>"
    )
    assert find_feeds(page, "http://www.a.example/") == (
        "http://www.a.example/feed/",
        "http://www.a.example/data/rss.xml",
    )


# --- measured --------------------------------------------------------------------------------------------------------


def test_size_of_a_channel() -> None:
    plain, paged, stated, boast, lone = measure_channels(
        [
            channel(f"{URL}a/", 8),
            channel(f"{URL}b/", 8, later=9),
            channel(f"{URL}c/", 8, later=9, body="<p>共77条</p>".encode()),
            channel(f"{URL}d/", 8, later=9, body="<p>全县共5000条</p>".encode()),
            channel(f"{URL}e/", 8, later=1),
        ]
    )
    assert (plain.size, plain.pages, plain.is_open) == (8, 1, False)
    assert (paged.size, paged.pages, paged.is_open) == (76, 10, False)
    assert stated.size == 77
    assert boast.size == 76
    assert lone.is_open


def test_articles_shown_everywhere_belong_to_no_channel() -> None:
    measured = measure_channels([channel(f"{URL}{name}/", 4, common=True) for name in "abc"])
    assert [len(one.own) for one in measured] == [4, 4, 4]


def test_articles_of_two_channels_are_counted_once() -> None:
    parent = channel(f"{URL}a/", 8, later=4)
    child = replace(parent, url=f"{URL}a/b/")
    both = survey(channels=tuple(measure_channels([parent, child])))
    assert both.size == both.channels[0].size


def test_queue_takes_the_subject_first_and_each_channel_once() -> None:
    queue = ChannelQueue([HOST], URL)
    other = "http://www.other.example/"
    queue.add([Link(URL, "首页"), Link(f"{URL}a/", "要闻"), Link(f"{URL}b/", "招商引资"), Link(other, "他站")])
    queue.add([Link(f"{URL}a/index.html", "要闻"), Link(f"{URL}a/b/c/", "里面的"), Link(f"{URL}d/", "公告")])
    assert [link.title for link in iter(queue.take, None) if link] == ["招商引资", "要闻", "公告", "里面的"]


def test_samples_come_from_different_channels_the_subject_first() -> None:
    news = channel(f"{URL}news/", 5)
    subject = replace(channel(f"{URL}zs/", 2), title="招商引资")
    chosen = [link.url for link in choose_samples([news, subject], [HOST])]
    assert chosen == [f"{URL}zs/2024-03-01/1.html", f"{URL}news/2024-03-01/1.html"]


def refresh(body: bytes) -> str | None:
    return find_refresh(parse_page(RawPage(url=URL, body=body)), URL)


def test_refresh_to_the_latest_issue() -> None:
    paper = b'<meta http-equiv="REFRESH" content="0; URL=html/2024-03/05/node_2.htm">'
    assert refresh(paper) == f"{URL}html/2024-03/05/node_2.htm"
    away = b'<meta http-equiv="refresh" content="0;url=http://other.example/">'
    assert refresh(away) is None
    assert refresh(b'<meta http-equiv="refresh" content="600">') is None


def test_wall_is_no_portal_but_a_portal_is_no_wall() -> None:
    wall = RawPage(url=URL, body="<title>安全验证</title><p>您的访问过于频繁，请完成验证后继续</p>".encode())
    assert find_wall(wall) == "it answered with a block page"
    assert find_wall(wall, FoundLinks(tuple(Link(f"{URL}{n}.html") for n in range(5)))) is None


# --- names and source ------------------------------------------------------------------------------------------------


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


def test_report_is_aligned_and_free_of_control_characters() -> None:
    named = replace(channel(f"{URL}zsyz/", 3), title="招商\x1b[2J引资\n动态" * 5)
    hostile = survey(channels=tuple(measure_channels([named, channel(f"{URL}b/", 2)])), title=HOSTILE, feeds=(HOSTILE,))
    lines = list(format_survey(hostile))
    assert all(line.isprintable() for line in lines)
    table = [line for line in lines if line.rstrip("/").endswith(("address", "zsyz", "/b"))]
    assert len(table) == 3
    places = {width(line[: line.index("address" if "address" in line else "http")]) for line in table}
    assert len(places) == 1
    assert json.loads(json.dumps(survey_as_json(hostile)))["title"] == HOSTILE


def test_fit_counts_width() -> None:
    assert width(fit("招商引资", 6)) == 6
    assert fit("招商引资", 8) == "招商引资"
    assert fit("招商引资", 7) == "招商引…"
    assert fit("ab\x07c", 6) == "ab c  "


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that a test may write to."""
    copy = tmp_path / "project"
    left_out = shutil.ignore_patterns("__pycache__", ".*", "data", "bench")
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


FAST = ("-s", "DOWNLOAD_DELAY=0")


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
    written = run("scrapy", "portal", URL, "--write", *FAST)
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
    crawled = run("scrapy", "crawl", "qinglan", *FAST, "-s", "DATA_DIR=data")
    assert crawled.returncode == 0, crawled.stderr
    texts = list((project / "data" / "corpus" / "qinglan").rglob("*.txt"))
    assert len(texts) == 23

    again = run("scrapy", "portal", URL, "--write", *FAST)
    assert again.returncode == 2
    assert "declared already, by the portal qinglan" in again.stderr
    assert run("scrapy", "portal", URL, "--write", "--name", "qinglan", *FAST).returncode == 2
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


def test_soft_keywords_and_dates_are_no_trouble() -> None:
    assert not keyword.iskeyword(derive_name("http://www.match.com/", ()))
    newest = measure_channels(
        [
            replace(
                channel(URL, 0),
                links=FoundLinks((Link(f"{URL}1.html", "标题标题标题", datetime(2024, 3, 5, tzinfo=UTC)),)),
            )
        ]
    )
    assert newest[0].newest == date(2024, 3, 5)
