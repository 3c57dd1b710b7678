"""discover_links(): which links of a page are articles, channels, next pages. Read this first.

Each address is judged once, with all links that lead there: by its own shape (`url_shapes`), by what its
template shows on this page (headlines, dates, ids that differ), by its words, and by its neighbours.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree, html

from cleaners.charset import decode_page
from cleaners.schema import RawPage
from cleaners.tree import drop_attributes
from promo_crawler.anchors import Anchor, near_nodes, read_anchors
from promo_crawler.dates_beside import find_listed_at, mark_dated
from promo_crawler.feeds import parse_feed, read_records
from promo_crawler.json_lists import read_json
from promo_crawler.links import FoundLinks, Link, is_on_site, parse_href
from promo_crawler.list_titles import find_title
from promo_crawler.page_scripts import parse_enorth_count
from promo_crawler.paging import find_next_pages, find_pager_urls
from promo_crawler.refresh import find_refresh
from promo_crawler.url_shapes import Shape, find_shape, is_article_url, url_template, wide_template

__all__ = ["FoundLinks", "Link", "discover_links", "is_article_url"]

MAX_BYTES = 8_000_000
"""What is read of a page for links."""
HEADLINE_LENGTH = 9
"""A headline has more characters than the name of a channel."""
SHORTEST_TITLE = 5
"""What has a date beside it and no telling address is an article from this many characters."""
ENOUGH_LINKS = 3
"""Links of one template that say together what it is."""
NAME_LENGTH = 16
"""Names of channels are shorter than this."""
MENU_NAME_LENGTH = 6
"""What a menu names in no more characters than this is about the portal itself, also at an article's address."""

# pages about the site itself have addresses like articles: /bql/lxwm/201012/t20101228_44442.html
_ABOUT_SITE_RE = re.compile(
    r"^\W*(?:关于(?:我们|本站|本网|网站)|联系(?:我们|方式|本站)|(?:法律|版权|网站|免责|隐私|郑重)?声明|隐私\w{0,4}|版权\w{0,4}"
    r"|(?:网站|使用|本站)?帮助\w{0,2}|(?:广告|业务|商务)(?:服务|合作|刊例|投放)|(?:人才|诚聘|本站)?招聘(?:信息|英才)?|诚聘英才|加入我们"
    r"|网站(?:简介|介绍|说明|律师|纠错)|本站介绍|法律顾问|设为首页|加入收藏|收藏本站|(?:用户)?(?:登录|登陆|注册)|找回密码|忘记密码"
    r"|投稿\w{0,4}|意见反馈|在线投稿|友情链接|无障碍\w{0,4}|手机版|下载\w{0,4}|(?:english|rss|wap|繁體|繁体)\w{0,6}|邮箱\w{0,4}"
    r"|关于.{1,8}(?:日报|晚报|报社|网|集团|电视台)|.{0,6}(?:日报|晚报|报社|网)联系方式|\S*许可证\S{0,8}\d{6}\S{0,8}|违法\S{0,10}举报\S*"
    r"|.{0,4}(?:信箱|举报\w{0,4})|.{0,3}(?:ICP备|网安备)\S*)\W*$",
    re.IGNORECASE,
)
# what is a button elsewhere is a channel of notices at a list's address: /rczp/zpxx/
_NOTICES_RE = re.compile(r"^\W*(?:(?:人才|人事)?招聘(?:信息)?|下载(?:专区|中心))\W*$")
# pages that belong to a list or to the portal and say how to use it
_GUIDE_RE = re.compile(r"^\W*(?:(?:政府)?信息公开指南|(?:网站|站点|本站)(?:地图|导航)|(?:发表|查看)评论)\W*$")
# what no crawler of news needs to ask
_SERVICE_URL_RE = re.compile(
    r"//(?:mail|bbs|passport|sso|reg\d*|comments?\d*|tie|login|oa|search|so)\."
    r"|/(?:(?:admin|user)?log(?:in|out)|(?:user)?reg(?:ist(?:er)?)?|search|member|usercenter|ucenter|mail|email|bbs|admin|wcm|was5|rss|rssdy|feedback|guestbook"
    r"|comments?|reply|print|download\w*|english|big5|vote|survey|ajax|e/(?:member|pl|search|tool)"
    r"|plus/(?:feedback|search|heightsearch|stow|recommend|guestbook|download|count|digg)\w*|tags\.php)(?:[/.?_]|$)"
    r"|[?&](?:keywords?|kw|wd|searchword)=",
    re.IGNORECASE,
)


_COMMENTS_RE = re.compile(r"评论|comments", re.IGNORECASE)


@dataclass(slots=True)
class _Target:
    """One address of the portal with all its links on the page."""

    url: str
    anchors: list[Anchor]
    title: str | None
    listed_at: datetime | None
    shape: Shape

    @property
    def is_headline(self) -> bool:
        return self.listed_at is not None or len(self.title or "") >= HEADLINE_LENGTH


def discover_links(
    page: RawPage,
    *,
    hosts: Collection[str] = (),
    article_urls: Sequence[re.Pattern[str]] = (),
    list_urls: Sequence[re.Pattern[str]] = (),
) -> FoundLinks:
    """The links of a page that lead to articles, to channels and to the next pages of the list on it.

    Reads HTML, feeds, sitemaps, JSON answers, Hanweb's dataproxy answers and enorth's count scripts. `hosts` are the
    portal's host names; without them all hosts of the page's own domain count. `article_urls` and `list_urls` (searched
    in the address) decide alone what is an article or a channel where a portal declares them.
    An address is in one of the three only. Raises `Rejected` for bytes that cannot be decoded, nothing else.
    """
    # cut before a tag, never within a character
    body = page.body if len(page.body) <= MAX_BYTES else page.body[:MAX_BYTES].rpartition(b"<")[0]
    text = decode_page(body, page.content_type)[0]
    if (feed := parse_feed(text, page.url)) is not None:
        return feed
    if (answer := read_json(text, page.url)) is not None:
        if answer[0].articles or not answer[1]:
            return answer[0]
        text = answer[1]
    if pages := parse_enorth_count(text, page.url):
        return FoundLinks(next_pages=tuple(Link(url) for url in pages))
    root = _parse(text)
    if root is None:
        return FoundLinks()
    base = _find_base(root, page.url)
    anchors = read_anchors(root, base)
    records, next_group = read_records(text, page.url)
    if records and (records_root := _parse(records)) is not None:
        anchors += read_anchors(records_root, base)
    mark_dated(anchors)
    next_url = parse_href(next_group, base) if next_group else None
    pages = [next_url] if next_url else find_next_pages(root, anchors, page.url, base)
    targets = _gather(anchors, page, hosts)
    refresh = find_refresh(root, base)
    articles, channels = _judge(targets, anchors, page, hosts, article_urls, list_urls)
    pager = find_pager_urls(anchors)
    taken = {*pager, *pages}
    return FoundLinks(
        tuple(Link(t.url, t.title, t.listed_at) for t in articles if t.url not in taken and t.url != page.url),
        tuple(Link(t.url, t.title, t.listed_at) for t in channels if t.url not in taken)
        + ((Link(refresh),) if refresh and refresh not in {t.url for t in targets} else ()),
        tuple(Link(url) for url in pages if is_on_site(url, page.url, hosts)),
        tuple(pager),
        tuple(url for url in _find_feeds(root, base) if is_on_site(url, page.url, hosts)),
    )


def _parse(text: str) -> html.HtmlElement | None:
    # lxml refuses text with an XML encoding declaration; bytes with a stated charset are never refused
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(drop_attributes(text.replace("\0", "")).encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None
    return root if isinstance(root, html.HtmlElement) else None


def _find_base(root: html.HtmlElement, url: str) -> str:
    base = root.find(".//base[@href]")
    return (parse_href(base.get("href") or "", url) if base is not None else None) or url


def _find_feeds(root: html.HtmlElement, base: str) -> list[str]:
    feeds = [
        parse_href(link.get("href") or "", base)
        for link in root.iter("link")
        if "alternate" in (link.get("rel") or "").lower()
        and (link.get("type") or "").strip().lower() in {"application/rss+xml", "application/atom+xml"}
        and not _COMMENTS_RE.search(f"{link.get('title') or ''} {link.get('href')}")
    ]
    return [url for url in dict.fromkeys(feeds) if url]


def _gather(anchors: Sequence[Anchor], page: RawPage, hosts: Collection[str]) -> list[_Target]:
    by_url: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        if anchor.url and is_on_site(anchor.url, page.url, hosts):
            by_url[anchor.url].append(anchor)
    return [
        _Target(
            url,
            same,
            find_title(same),
            find_listed_at(url, same, page.fetched_at),
            find_shape(url),
        )
        for url, same in by_url.items()
    ]


def _judge(
    targets: Sequence[_Target],
    anchors: Sequence[Anchor],
    page: RawPage,
    hosts: Collection[str],
    article_urls: Sequence[re.Pattern[str]],
    list_urls: Sequence[re.Pattern[str]],
) -> tuple[list[_Target], list[_Target]]:
    article_templates = _article_templates(targets)
    directories = _directory_blocks(anchors, page, hosts)
    menus = _menu_blocks(targets)
    articles, channels = [], []
    for target in targets:
        is_article = (
            any(p.search(target.url) for p in article_urls)
            if article_urls
            else _is_article(target, article_templates, directories) and not _is_in_menu(target, menus)
        )
        if is_article:
            articles.append(target)
        elif any(p.search(target.url) for p in list_urls) if list_urls else _is_channel(target, directories | menus):
            channels.append(target)
    return articles, channels


def _is_article(target: _Target, article_templates: Collection[str], directories: Collection[int]) -> bool:
    if target.shape is Shape.LIST or _SERVICE_URL_RE.search(target.url):
        return False
    if _is_about_site(target) or _GUIDE_RE.match(target.title or ""):
        return False
    if target.shape is Shape.UNKNOWN:
        return url_template(target.url) in article_templates or (
            target.listed_at is not None and len(target.title or "") >= SHORTEST_TITLE
        )
    return target.is_headline or not _is_in_blocks(target, directories)


def _is_channel(target: _Target, directories: Collection[int]) -> bool:
    is_folder = target.shape is Shape.LIST and urlsplit(target.url).path not in ("", "/")
    is_notices = is_folder and _NOTICES_RE.match(target.title or "")
    if (_is_about_site(target) and not is_notices) or _SERVICE_URL_RE.search(target.url):
        return False
    if target.shape is Shape.ARTICLE:
        # the town 陆溪镇 among friendly links has the address of an article, but leads to the town's own list
        return _is_in_blocks(target, directories)
    return target.shape is Shape.LIST or len(target.title or "") < NAME_LENGTH


def _is_in_blocks(target: _Target, blocks: Collection[int]) -> bool:
    return all(anchor.block in blocks for anchor in target.anchors)


def _is_in_menu(target: _Target, menus: Collection[int]) -> bool:
    # hot words may be headlines of a few characters more: 某歌手零身价签约
    return len(target.title or "") <= MENU_NAME_LENGTH and _is_in_blocks(target, menus)


def _is_about_site(target: _Target) -> bool:
    return bool(target.title and _ABOUT_SITE_RE.match(target.title))


def _article_templates(targets: Sequence[_Target]) -> set[str]:
    """Templates with an id whose addresses have headlines or dates more often than the names of channels.

    A template of few links is judged with those of other channels: `/jingdian/2011-10-26/171.html` with all
    `*/0-0-0/0.html`.
    """
    groups: dict[str, list[_Target]] = defaultdict(list)
    wider_groups: dict[str, list[_Target]] = defaultdict(list)
    for target in targets:
        if target.shape is Shape.UNKNOWN and "0" in url_template(target.url):
            groups[url_template(target.url)].append(target)
            wider_groups[wide_template(target.url)].append(target)
    return {
        template
        for template, group in groups.items()
        if _has_headlines(group, wider_groups[wide_template(group[0].url)])
    }


def _has_headlines(group: Sequence[_Target], wider_group: Sequence[_Target]) -> bool:
    named = [target for target in group if target.title]
    if len(named) < ENOUGH_LINKS:
        named = [target for target in wider_group if target.title]
    return sum(target.is_headline for target in named) * 2 > len(named)


def _directory_blocks(anchors: Sequence[Anchor], page: RawPage, hosts: Collection[str]) -> set[int]:
    """Blocks of friendly links: one link in three leaves the portal."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for anchor in anchors:
        if anchor.url and anchor.block >= 0:
            counts[anchor.block][is_on_site(anchor.url, page.url, hosts)] += 1
    return {block for block, (off, on) in counts.items() if off * 2 >= on and off}


def _menu_blocks(targets: Sequence[_Target]) -> set[int]:
    """Blocks of short names without dates and pictures: 县情概况 历史沿革 行政区划, each a page about the county."""
    blocks: dict[int, bool] = {}
    for target in targets:
        for anchor in target.anchors:
            is_picture = any(node.tag == "img" for node in near_nodes(anchor.element))
            is_name = not (target.is_headline or is_picture) and bool(anchor.label)
            blocks[anchor.block] = blocks.get(anchor.block, True) and is_name
    return {block for block, is_menu in blocks.items() if is_menu and block >= 0}
