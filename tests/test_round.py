"""What a crawl asks for: what is new first, known lists as news appear, feeds and sitemaps where there are any."""

import json
import os
import time
from pathlib import Path

from conftest import HOST, DemoCrawl, Scrapy, articles, last_report, pages_asked, tree

from promo_crawler.loopback import PortalServer

CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/")
PAGE = """<html><head><meta charset="utf-8"><title>{title}_青澜新闻网</title>{head}</head><body><h1>{title}</h1>
<div class="info">发布时间：{day} 09:00 来源：青澜日报</div>
<div class="TRS_Editor"><p>　　{body}</p></div></body></html>"""
BODY = (
    "记者从县招商服务中心了解到，{what}项目当天在县会议中心签约，总投资{sum}亿元，用地手续已经办结，计划年内开工建设。"
)


def add_article(portal: PortalServer, path: str, title: str, day: str, body: str) -> None:
    file = portal.folder / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PAGE.format(title=title, day=day, body=body, head=""), "utf-8")


def put_on_list(portal: PortalServer, page: str, path: str, title: str, day: str) -> None:
    """The new article comes first, in the list's own markup, and the file is newer than before."""
    file = portal.folder / page
    old = file.read_bytes()
    first = next(line for line in old.splitlines(keepends=True) if b"<li" in line and b"/t2024" in line)
    item = f'<li><a href="{path}" title="{title}">{title}</a><span>{day}</span></li>\n'.encode("gb18030")
    file.write_bytes(old.replace(first, item + first, 1))
    os.utime(file, (time.time() + 30,) * 2)


def test_news_on_a_channel_opens_all_lists(crawled: Path, portal: PortalServer, scrapy: Scrapy) -> None:
    before = len(articles(crawled))
    path = "/zsyz/202406/t20240620_1090.html"
    add_article(portal, path, "青澜县再签一个储能项目", "2024-06-20", BODY.format(what="储能电池", sum=8))
    put_on_list(portal, "zsyz/index.html", path, "青澜县再签一个储能项目", "2024-06-20")
    portal.asked.clear()
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert pages_asked(portal).count(path) == 1
    assert len(articles(crawled)) == before + 1
    asked = pages_asked(portal)
    assert len(asked) == len(set(asked))
    # the page behind the news was asked for as well, no page further on
    assert last_report(crawled)["counts"]["articles/stored"] == 1


def test_article_that_failed_is_fetched_by_the_next_run(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    portal.refusals = [(500, {})] * 4
    no_retry = ("-s", "RETRY_TIMES=0")
    assert scrapy(*CRAWL, "-a", "max_pages=1", *no_retry, server=portal).returncode == 1
    assert pages_asked(portal, 500) == ["/"]
    portal.refusals = []
    assert scrapy(*CRAWL, "-a", "max_pages=1", server=portal).returncode == 0
    portal.refusals = [(500, {})] * 4
    scrapy(*CRAWL, *no_retry, server=portal)
    failed = pages_asked(portal, 500)[1:]
    assert len(failed) == 4
    first = pages_asked(portal)
    portal.asked.clear()
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert set(failed) <= set(pages_asked(portal, 200))
    assert not set(pages_asked(portal, 200)) & {path for path in first if path not in failed and path.endswith("l")}


def test_since_leaves_the_rest_to_a_run_without(
    demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    whole = articles(demo_crawl.data)
    assert scrapy(*CRAWL, "-a", "since=2024-06-10", server=portal).returncode == 0
    assert 0 < len(articles(tmp_path / "data")) < len(whole)
    assert scrapy(*CRAWL, "-a", "since=2024-06-01", server=portal).returncode == 0
    middle = {url for url, fields in whole.items() if (fields["published_at"] or "9") >= "2024-06-01"}
    assert middle <= set(articles(tmp_path / "data"))
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert {url: f["text"] for url, f in articles(tmp_path / "data").items()} == {
        url: f["text"] for url, f in whole.items()
    }


def test_feeds_and_sitemaps_are_read_where_they_are(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    base = f"http://{HOST}"
    hidden = {"map": "/other/a/7001.html", "robots": "/other/b/7002.html", "feed": "/other/c/7003.html"}
    for number, (what, path) in enumerate(hidden.items()):
        body = BODY.format(what=f"{what}号地块新材料", sum=number + 2)
        add_article(portal, path, f"青澜县第{number + 1}号地块签约", "2024-06-11", body)
    urlset = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
    entry = "<url><loc>{}</loc><lastmod>2024-06-11</lastmod></url>"
    (portal.folder / "sitemap.xml").write_text(urlset.format(entry.format(base + hidden["map"])))
    (portal.folder / "news-map.xml").write_text(urlset.format(entry.format(base + hidden["robots"])))
    robots = portal.folder / "robots.txt"
    robots.write_text(robots.read_text("utf-8") + f"\nSitemap: {base}/news-map.xml\n", "utf-8")
    feed = f"<rss version='2.0'><channel><title>x</title><link>{base}/</link><item><title>青澜县第3号地块签约</title>"
    feed += (
        f"<link>{base}{hidden['feed']}</link><pubDate>Tue, 11 Jun 2024 09:00:00 +0800</pubDate></item></channel></rss>"
    )
    (portal.folder / "feed.xml").write_text(feed, "utf-8")
    index = portal.folder / "index.html"
    link = b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    index.write_bytes(index.read_bytes().replace(b"</head>", link + b"</head>"))
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert {base + path for path in hidden.values()} <= set(articles(tmp_path / "data"))
    portal.asked.clear()
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert {"/sitemap.xml", "/news-map.xml", "/feed.xml"} <= {path for _, path, code in portal.asked if code == 304}


def test_changed_article_is_seen_on_the_day_after(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 2 * 86400))
    path = f"/zsyz/{day[:4]}{day[5:7]}/t{day.replace('-', '')}_1099.html"
    add_article(portal, path, "青澜县签约光伏项目", day, BODY.format(what="光伏组件", sum=5))
    put_on_list(portal, "zsyz/index.html", path, "青澜县签约光伏项目", day)
    assert scrapy(*CRAWL, server=portal).returncode == 0
    url = f"http://{HOST}{path}"
    assert "5亿元" in articles(tmp_path / "data")[url]["text"]
    add_article(portal, path, "青澜县签约光伏项目", day, BODY.format(what="光伏组件", sum=6) + "此前数字有误。")
    os.utime(portal.folder / path.lstrip("/"), (time.time() + 60,) * 2)
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert "5亿元" in articles(tmp_path / "data")[url]["text"]
    make_older(tmp_path / "data", url)
    portal.asked.clear()
    assert scrapy(*CRAWL, "-a", "revisit=1", server=portal).returncode == 0
    assert pages_asked(portal, 200) == [path]
    texts = [file.read_text("utf-8") for file in (tmp_path / "data" / "corpus").rglob("*.txt")]
    assert [text for text in texts if "6亿元" in text]
    assert [text for text in texts if "5亿元" in text]


def make_older(data: Path, url: str) -> None:
    """As if the page had been asked for two days ago."""
    import sqlite3

    with sqlite3.connect(data / "frontier.sqlite") as db:
        long_ago = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 2 * 86400))
        db.execute("UPDATE pages SET asked_at = ?, fetched_at = ? WHERE url = ?", (long_ago, long_ago, url))
    db.close()


def test_report_is_json_that_adds_up_in_a_limited_run(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    assert scrapy(*CRAWL, "-a", "max_pages=7", server=portal).returncode == 0
    report = json.loads(next((tmp_path / "data" / "reports").glob("*.json")).read_text("utf-8"))
    assert report["counts"]["pages/total"] == 7


def test_articles_with_addresses_of_lists_are_found(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    """EasySite: channels and articles are both folders of numbers."""
    items = []
    for number in range(8):
        title = f"青澜县与第{number + 3}家企业签订投资协议"
        path = f"/QL/3022/4899{number}/"
        day = f"2024-06-{number + 1:02d}"
        add_article(portal, f"{path}index.html", title, day, BODY.format(what=f"第{number + 3}号厂房", sum=number + 2))
        items.append(f'<li><a href="{path}index.html">{title}</a><span>{day}</span></li>')
    channel = "<html><head><meta charset='utf-8'><title>投资动态</title></head><body><ul>{}</ul></body></html>"
    (portal.folder / "QL/3022/index.html").write_text(channel.format("".join(items)), "utf-8")
    index = portal.folder / "index.html"
    link = '<a href="/QL/3022/index.html">投资动态</a>'.encode("gb18030")
    index.write_bytes(index.read_bytes().replace(b"</body>", link + b"</body>"))
    assert scrapy(*CRAWL, server=portal).returncode == 0
    found = [url for url in articles(tmp_path / "data") if "/QL/3022/4899" in url]
    assert len(found) == 8
    assert f"http://{HOST}/QL/3022/" not in articles(tmp_path / "data")
    portal.asked.clear()
    add_article(portal, "/QL/3022/48999/index.html", "又一项目落户", "2024-06-20", BODY.format(what="冷链", sum=3))
    items.insert(0, '<li><a href="/QL/3022/48999/index.html">又一项目落户</a><span>2024-06-20</span></li>')
    file = portal.folder / "QL/3022/index.html"
    file.write_text(channel.format("".join(items)), "utf-8")
    os.utime(file, (time.time() + 30,) * 2)
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert [path for path in pages_asked(portal) if "/QL/3022/4899" in path] == ["/QL/3022/48999/index.html"]
    assert scrapy("reprocess", str(tmp_path / "data" / "raw"), data="again").returncode == 0
    assert tree(tmp_path / "again" / "corpus") == tree(tmp_path / "data" / "corpus")
