"""Articles on several pages: found, asked in order, joined, also after kills and from the archive."""

from pathlib import Path

import pytest
from conftest import HOST, Scrapy, articles, last_report, pages_asked, tree

from cleaners import RawPage, clean_page
from promo_crawler.loopback import PortalServer
from promo_crawler.parts import find_next_part, is_part

CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/")
PARAGRAPHS = [
    "青澜县开发区的产业地图上，今年多了三个新坐标。记者连日来走访发现，从签约到投产，每个坐标背后都有一支服务专班。",
    "第一个坐标在开发区东片区。投资12亿元的新材料项目去年9月签约，今年3月主体厂房封顶，设备已经进场安装。",
    "第二个坐标是南溪镇的智能染整车间。企业负责人说，蒸汽和污水两项指标一次批复，为他们省下了将近五个月时间。",
    "第三个坐标还停在图纸上。县招商服务中心为这家电池回收企业列出了31项问题清单，目前已经解决27项。",
]


def part(number: int, of: int, stem: str = "t20240610_1040") -> bytes:
    names = [f"{stem}.html", *(f"{stem}_{n}.html" for n in range(1, of))]
    pager = "".join(
        f"<span>{n + 1}</span>" if n == number else f'<a href="{name}">{n + 1}</a>' for n, name in enumerate(names)
    )
    if number + 1 < of:
        pager += f'<a href="{names[number + 1]}">下一页</a>'
    byline = "<p>（记者 裴书言）</p>" if number + 1 == of else ""
    return f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>三个坐标看青澜产业_青澜新闻网</title></head>
<body><div class="location">您当前的位置：<a href="/">首页</a> &gt; <a href="/yw/">要闻</a> &gt; 正文</div>
<h1>三个坐标看青澜产业</h1><div class="info">发布时间：2024-06-10 08:30 来源：青澜日报</div>
<div class="TRS_Editor"><p>　　{PARAGRAPHS[number]}</p>{byline}</div><div class="pager">{pager}</div>
<div>（责任编辑：温可心）</div></body></html>""".encode("gb18030")


@pytest.fixture
def long_article(portal: PortalServer) -> PortalServer:
    """The demo portal with an article on four pages."""
    folder = portal.folder / "yw" / "202406"
    for number in range(4):
        name = f"t20240610_1040_{number}.html" if number else "t20240610_1040.html"
        (folder / name).write_bytes(part(number, 4))
    index = portal.folder / "yw" / "index.html"
    page = index.read_bytes()
    line = next(line for line in page.splitlines(keepends=True) if b"t20240611_2015.html" in line)
    index.write_bytes(page.replace(line, line + line.replace(b"t20240611_2015", b"t20240610_1040")))
    return portal


def joined(data: Path) -> dict[str, object]:
    return articles(data)[f"http://{HOST}/yw/202406/t20240610_1040.html"]


def test_parts_are_joined_in_order_by_crawl_and_reprocess(
    long_article: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    assert scrapy(*CRAWL, server=long_article).returncode == 0
    fields = joined(tmp_path / "data")
    assert fields["text"] == "\n".join(PARAGRAPHS)
    assert fields["title"] == "三个坐标看青澜产业"
    assert fields["authors"] == ["裴书言"]
    assert fields["editors"] == ["温可心"]
    assert last_report(tmp_path / "data")["counts"]["pages/parts"] == 3
    assert not [url for url in articles(tmp_path / "data") if "_1040_" in url]
    assert scrapy("reprocess", str(tmp_path / "data" / "raw"), data="again").returncode == 0
    assert tree(tmp_path / "again" / "corpus") == tree(tmp_path / "data" / "corpus")
    long_article.asked.clear()
    assert scrapy(*CRAWL, server=long_article).returncode == 0
    assert not [path for path in pages_asked(long_article) if "_1040" in path]


def test_article_whose_parts_were_cut_off_is_finished_later(
    long_article: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    first = f"http://{HOST}/yw/202406/t20240610_1040.html"
    run = ("crawl", "portal", "-a", f"url={first}")
    assert scrapy(*run, "-a", "max_pages=2", server=long_article).returncode == 0
    assert first not in articles(tmp_path / "data")
    assert scrapy(*CRAWL, server=long_article).returncode == 0
    assert joined(tmp_path / "data")["text"] == "\n".join(PARAGRAPHS)
    asked = [path for path in pages_asked(long_article, 200) if "_1040" in path]
    assert len(asked) == len(set(asked)) == 4


def test_part_that_is_gone_is_left_out(long_article: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    (long_article.folder / "yw" / "202406" / "t20240610_1040_2.html").unlink()
    assert scrapy(*CRAWL, server=long_article).returncode == 0
    assert joined(tmp_path / "data")["text"] == "\n".join([*PARAGRAPHS[:2], PARAGRAPHS[3]])
    assert scrapy("reprocess", str(tmp_path / "data" / "raw"), data="again").returncode == 0
    assert tree(tmp_path / "again" / "corpus") == tree(tmp_path / "data" / "corpus")


def test_clean_page_joins_what_it_is_given() -> None:
    pages = [RawPage(url=f"http://{HOST}/{n}.html", body=part(n, 4)) for n in range(4)]
    first = RawPage(url=pages[0].url, body=pages[0].body, more=(*pages[1:], pages[3]))
    assert clean_page(first).text == "\n".join(PARAGRAPHS)
    assert clean_page(pages[0]).text == PARAGRAPHS[0]
    assert clean_page(first).content_hash != clean_page(pages[0]).content_hash


@pytest.mark.parametrize(
    ("url", "first", "expected"),
    [
        ("http://a.cn/1/123_2.html", "http://a.cn/1/123.html", True),
        ("http://a.cn/t20240305_123_1.html", "http://a.cn/t20240305_123.html", True),
        ("http://a.cn/show-6-123-2.html", "http://a.cn/show-6-123-1.html", True),
        ("http://a.cn/view.php?id=5&page=2", "http://a.cn/view.php?id=5", True),
        ("http://a.cn/1/124.html", "http://a.cn/1/123.html", False),
        ("http://a.cn/t20240305_124.html", "http://a.cn/t20240305_123.html", False),
        ("http://a.cn/view.php?id=6&page=2", "http://a.cn/view.php?id=5", False),
        ("http://b.cn/1/123_2.html", "http://a.cn/1/123.html", False),
        ("http://a.cn/1/123.html", "http://a.cn/1/123.html", False),
        ("http://a.cn/2/123_2.html", "http://a.cn/1/123.html", False),
    ],
)
def test_parts_are_told_by_their_addresses(url: str, first: str, expected: bool) -> None:
    assert is_part(url, first) is expected


def test_parts_that_link_in_circles_end() -> None:
    page = RawPage(url=f"http://{HOST}/t20240610_1040.html", body=part(0, 4))
    assert find_next_part([page], {"article_urls": [], "list_urls": []}, ()) == f"http://{HOST}/t20240610_1040_1.html"
    everything = [f"http://{HOST}/t20240610_1040_{n}.html" for n in range(1, 4)]
    assert find_next_part([page], {"article_urls": [], "list_urls": []}, everything) is None
