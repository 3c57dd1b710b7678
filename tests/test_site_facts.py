"""What a portal says of itself: its name, region, size, feeds, what its robots.txt forbids."""

import pytest
from lxml import html

from promo_crawler.site_facts import (
    RobotsRules,
    find_feeds,
    find_page_name,
    find_portal_title,
    find_region,
    find_stated_size,
    parse_robots,
)


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
