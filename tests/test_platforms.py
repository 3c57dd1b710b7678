"""Which CMS wrote a page, and what the class of each CMS reads from its pages."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT, SHARED

from cleaners import RawPage, clean_page
from promo_crawler.discovery import discover_links
from promo_crawler.platform_signs import SIGNS, TITLES
from promo_crawler.portal_class import PLATFORMS
from promo_crawler.recognition import find_signs, recognize_platform
from promo_crawler.url_shapes import Shape, find_shape

PAGES = ROOT / "fixtures" / "platforms"


@dataclass(frozen=True)
class Wanted:
    platform: str
    file: str
    url: str
    title: str
    day: str
    paragraphs: int
    ends: str
    source: str | None = None


ARTICLES = [
    Wanted(
        "founder",
        "founder-paper-article",
        "http://paper.hechuan.example/hcrb/html/2024-03/05/content_401862.htm",
        "禾川港区新签三个临港项目",
        "2024-03-05",
        3,
        "预计年吞吐量增加120万吨。",
    ),
    Wanted(
        "founder",
        "founder-news-article",
        "http://www.hechuan.example/zs/2024-03/06/content_9254045.htm",
        "禾川出台十条措施支持外来客商",
        "2024-03-06",
        3,
        "7个工作日内答复。",
        "禾川新闻网",
    ),
    Wanted(
        "hanweb",
        "hanweb-article",
        "http://www.xipu.example/art/2024/3/5/art_18805_2240011.html",
        "栖浦赴深圳开展敲门招商",
        "2024-03-05",
        3,
        "其中3条进入可行性论证。",
        "县商务局",
    ),
    Wanted(
        "enorth",
        "enorth-article",
        "http://www.lanping.example/system/2024/03/05/036460259.shtml",
        "岚屏区12个文旅项目集中签约",
        "2024-03-05",
        3,
        "跟到开业为止。",
        "岚屏新闻网",
    ),
    Wanted(
        "powereasy",
        "powereasy-article",
        "http://www.yunlu.example/Item/24067.aspx",
        "云麓县竹产业园迎来首批企业",
        "2024-03-05",
        3,
        "可就地消化三分之二。",
        "云麓县融媒体中心",
    ),
    Wanted(
        "wordpress",
        "wordpress-article",
        "http://www.cygc.example/1287.html",
        "芦汀新材料公司年产两万吨电解液项目落地",
        "2024-03-05",
        3,
        "上下游配套企业已有11家。",
    ),
    Wanted(
        "easysite",
        "easysite-article",
        "http://www.zhihu-city.example/zhihu/302249/302266/4899931/index.html",
        "芷湖市召开外资企业座谈会",
        "2024-03-05",
        3,
        "在下一次会上逐件公布。",
        "芷湖市商务局",
    ),
    Wanted(
        "vsb",
        "vsb-article",
        "http://www.chengyuan.example/info/1016/6912.htm",
        "澄源学院与三家企业共建产业学院",
        "2024-03-05",
        3,
        "可抵三年房租。",
        "澄源学院宣传部",
    ),
    Wanted(
        "trs",
        "trs-widget",
        "http://www.moshan.example/zwdt/zsyz/202404/t20240402_552130.html",
        "墨山县一季度签约项目27个",
        "2024-04-02",
        2,
        "由县领导上门说明原因。",
        "墨山县人民政府办公室",
    ),
]
LISTS = {
    "founder-paper-list": ("founder", "http://paper.hechuan.example/hcrb/html/2024-03/05/node_1.htm", 4, False),
    "hanweb-list": ("hanweb", "http://www.xipu.example/col/col18805/index.html", 3, True),
    "enorth-list": ("enorth", "http://www.lanping.example/zsyz/index.shtml", 3, True),
    "powereasy-list": ("powereasy", "http://www.yunlu.example/Category_18/Index.aspx", 3, True),
    "dedecms-list": ("dedecms", "http://www.xycj.example/zs/", 3, True),
    "empirecms-list": ("empirecms", "http://www.shaquan.example/zhaoshang/", 3, True),
    "epoint-list": ("epoint", "http://ggzy.yuxi.example/zxdt/032001/moreinfo.html", 3, True),
}


def page(file: str, url: str) -> RawPage:
    return RawPage(url=url, body=(PAGES / f"{file}.html").read_bytes(), fetched_at=datetime(2024, 5, 1, tzinfo=UTC))


def name_of(*pages: RawPage) -> str | None:
    found = recognize_platform(*pages)
    return found.name if found else None


@pytest.mark.parametrize("wanted", ARTICLES, ids=lambda wanted: wanted.file)
def test_article_tells_its_platform(wanted: Wanted) -> None:
    found = recognize_platform(page(wanted.file, wanted.url))
    assert found is not None
    assert found.name == wanted.platform
    assert found.title == TITLES[wanted.platform]
    assert all(sign.platform == wanted.platform for sign in found.signs)
    assert all(sign.platform != wanted.platform for sign in found.doubts)


@pytest.mark.parametrize("wanted", ARTICLES, ids=lambda wanted: wanted.file)
@pytest.mark.parametrize("with_rules", [True, False], ids=["platform", "general"])
def test_article_is_read(wanted: Wanted, with_rules: bool) -> None:
    rules = PLATFORMS[wanted.platform].page_rules if with_rules else ()
    article = clean_page(page(wanted.file, wanted.url), rules)
    assert article.title == wanted.title
    assert article.published_at is not None
    assert f"{article.published_at:%Y-%m-%d}" == wanted.day
    assert article.text.count("\n") + 1 == wanted.paragraphs, article.text
    assert article.text.endswith(wanted.ends)
    assert article.source == wanted.source


@pytest.mark.parametrize(("file", "wanted"), LISTS.items(), ids=LISTS)
def test_list_tells_its_platform_and_articles(file: str, wanted: tuple[str, str, int, bool]) -> None:
    platform, url, articles, has_more = wanted
    listed = page(file, url)
    assert name_of(listed) == platform
    found = discover_links(listed, **PLATFORMS[platform].url_patterns())
    assert len(found.articles) == articles
    assert bool(found.next_pages) is has_more


@pytest.mark.parametrize("fixture", ["gucheng/ceshuanbiao", "xinwenrexian/ziben-zhaoshang", "shjnet/list-jlxw"])
def test_pages_of_declared_portals_are_recognized(fixture: str) -> None:
    path = ROOT / "fixtures" / f"{fixture}.json"
    facts = json.loads(path.read_text("utf-8"))["page"]
    raw = RawPage(url=facts["url"], body=path.with_suffix(".html").read_bytes())
    assert name_of(raw) == {"gucheng": "cjyun", "xinwenrexian": "dedecms", "shjnet": "trs"}[path.parent.name]


# --- what must not be recognized -----------------------------------------------------------------------------------


def test_pasted_text_and_links_to_others_are_no_sign() -> None:
    """TRS's class, the id `zoom`, links to TRS and Hanweb portals, a picture of a WordPress site, names of CMSs."""
    assert recognize_platform(page("plain", "http://www.shidu.example/news/12.html")) is None
    assert recognize_platform(page("plain", "http://www.shidu.example/zs.php?id=12")) is None


def test_blog_in_a_folder_does_not_make_a_portal_of_it() -> None:
    wanted = next(w for w in ARTICLES if w.file == "trs-widget")
    found = recognize_platform(page(wanted.file, wanted.url))
    assert found is not None
    assert found.name == "trs"
    assert {"wordpress", "hanweb"} <= {sign.platform for sign in found.doubts}


def test_unsure_where_two_platforms_show_as_much() -> None:
    body = b"<a class=CurrChnlCls href=../>x</a><input id=eprotalCurrentPageId><p>y</p>"
    assert len(find_signs([RawPage(url="http://a.example/", body=body)])) == 2
    assert recognize_platform(RawPage(url="http://a.example/", body=body)) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"<html><!-- nothing --></html>",
        b"<a href='http://[::1'>x</a><a href='//:port'>y</a><img src=\x00>",
        b"<p>" * 5000,
        b'<meta name="generator" content="Hugo 0.121">',
        b"<div class=ewb-home><p id=line_1_2>Engineers without borders</p></div>",
    ],
)
def test_odd_pages_are_of_no_platform(body: bytes) -> None:
    assert recognize_platform(RawPage(url="http://a.example/", body=body)) is None


def test_several_pages_tell_together_what_one_does_not() -> None:
    one = RawPage(url="http://a.example/", body=b'<form action="/e/search/index.php"></form>')
    two = RawPage(url="http://a.example/b/", body=b'<img src="/d/file/b/1.jpg">')
    assert recognize_platform(one) is None
    assert recognize_platform(two) is None
    assert name_of(one, two) == "empirecms"


# --- the classes -----------------------------------------------------------------------------------------------------


def test_every_platform_has_a_class_and_signs_enough() -> None:
    assert set(PLATFORMS) == set(TITLES) == {sign.platform for sign in SIGNS}
    modules = {path.stem for path in (ROOT / "promo_crawler" / "platforms").glob("*.py")}
    assert set(PLATFORMS) == modules - {"__init__", "xpath"}
    for name, cls in PLATFORMS.items():
        assert cls.__module__ == f"promo_crawler.platforms.{name}"
        assert len([sign for sign in SIGNS if sign.platform == name]) >= 3


@pytest.mark.parametrize(
    ("platform", "paths"),
    {
        "trs": ["/zwgk/202403/t20240305_552130.html", "/zwgk/content/post_123456.html"],
        "founder": ["/hcrb/html/2024-03/05/content_401862.htm", "/content_401862.shtml"],
        "hanweb": ["/art/2024/3/5/art_18805_2240011.html"],
        "enorth": ["/system/2024/03/05/036460259.shtml", "/news/system/2024/03/05/036460259_01.shtml"],
        "powereasy": ["/Item/24067.aspx", "/sub/Item/24067_2.aspx"],
        "dedecms": ["/a/zs/2024/0617/12345.html", "/zs/20240617/12345.html", "/plus/view.php?aid=12345"],
        "empirecms": ["/zs/2012-10-14/1914.html", "/zs/20121014/1914.html", "/e/action/ShowInfo.php?classid=3&id=1914"],
        "cjyun": ["/p/305177.html"],
        "wordpress": ["/?p=123", "/archives/123", "/2024/03/05/some-long-words/"],
        "epoint": ["/zxdt/032001/032001002/20240506/0a1b2c3d-1111-4222-8333-444455556664.html"],
        "vsb": ["/info/1016/1234.htm", "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1016&wbnewsid=1234"],
    }.items(),
)
def test_no_address_of_an_article_is_lost_by_a_platform(platform: str, paths: list[str]) -> None:
    patterns = PLATFORMS[platform].url_patterns()["article_urls"]
    for path in paths:
        url = f"http://www.a.example{path}"
        assert find_shape(url) is Shape.ARTICLE, url
        assert not patterns or any(pattern.search(url) for pattern in patterns), url


def test_footer_written_in_the_editor_is_no_body() -> None:
    body = (PAGES / "trs-widget.html").read_bytes()
    cut = body.replace(b"trs_editor_view TRS_UEDITOR trs_paper_default", b"article-con")
    article = clean_page(RawPage(url=ARTICLES[-1].url, body=cut), PLATFORMS["trs"].page_rules)
    assert article.text.endswith(ARTICLES[-1].ends)
    assert "主办" not in article.text


@pytest.mark.skipif(not (SHARED / "pages").exists(), reason="needs ../shared/pages")
def test_real_pages_with_a_known_platform() -> None:
    """`cms_guess` of gold, and what reading the pages that disagree has shown."""
    read = {
        "pages/www-cnr-cn-2dd640.html": "trs",  # CurrChnlCls, W02 pictures
        "pages/www-cjddsb-com-bda553.html": "empirecms",  # /e/extend/, /skin/ecms/
        "pages/jlwla-coolwei-com-4ce33a.html": None,  # a saved page without its own address
        "pages/www-hb-ws-cn-74e5ac.html": None,
    }
    wrong = []
    for line in (SHARED / "gold" / "pages.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        guess = gold["cms_guess"] if gold["cms_guess"] in TITLES else None
        wanted = read.get(gold["file"], guess)
        found = name_of(RawPage(url="http://a.example/", body=Path(SHARED / gold["file"]).read_bytes()))
        if found != wanted:
            wrong.append((gold["file"], wanted, found))
    assert not wrong
