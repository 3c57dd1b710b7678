"""What a portal says of itself: its title and region, the rules of its robots.txt, its feeds, the size of its lists."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from promo_crawler.links import is_on_site, parse_href
from promo_crawler.url_shapes import wide_template

SITE_CODE, POLICE_CODE = "网站标识码", "公网安备"
MAX_TITLE = 40
"""Characters of a portal's title."""

_SEPARATOR_RE = re.compile(r"\s*(?:[-_|｜—–·»>:：]+|\s{2,})\s*")
_PORTAL_WORD_RE = re.compile(
    r"(?:网|门户|政府|在线|日报|晚报|时报|电视台|融媒体?中心|信息港|之窗|云|客户端)(?:站|平台)?$"
)
_GREETING_RE = re.compile(
    r"^(?:热烈)?欢迎(?:您)?(?:访问|光临|来到|进入)?|^您好|(?:官方)?(?:网站)?首页$|官方网站$|_?Powered by.*$",
    re.IGNORECASE,
)
_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}"
# 网站标识码：4212210001: the code of the region, then a running number; those of ministries begin with bm
_SITE_CODE_RE = re.compile(rf"标识码\s*[:：]?\s*({_REGION})\d{{4}}(?!\d)")
# 鄂公网安备 42122102000123号: where whoever runs the site is registered, which for a city is one of its districts
_POLICE_CODE_RE = re.compile(rf"公网安备\s*[:：]?\s*({_REGION})\d{{8}}(?!\d)")
_STATED_RE = re.compile(
    r"(?:总数|总计|共有?)\s*[:：]?\s*(\d{1,6})\s*(?:条|篇|个?记录)|总数\s*[:：]?\s*(\d{1,6})(?!\d)|<totalrecord>\s*(\d{1,6})\s*<"
)
_FEED_PATH_RE = re.compile(r"/(?:rss|feed|atom)(?:\.xml|/)?$|/[\w-]*(?:rss|feed|sitemap)[\w-]*\.xml$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What robots.txt says to one crawler."""

    disallowed: tuple[str, ...] = ()
    """Paths, as written; `/` is everything."""
    delay: float | None = None
    """Crawl-delay in seconds."""
    sitemaps: tuple[str, ...] = ()


def find_portal_title(root: "etree._Element") -> str | None:
    """Name of a portal from its home page: `SiteName` in the head, else the part of the title that names a portal.

    `嘉鱼县人民政府门户网站-首页` is `嘉鱼县人民政府门户网站`. Control characters and blanks at the ends are gone.
    """
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in ("sitename", "og:site_name") and (title := _clean_title(meta.get("content") or "")):
            return title
    titles = [element.text or "" for element in root.iter("title")]
    parts = [part for part in map(_clean_title, _SEPARATOR_RE.split(titles[0] if titles else "")) if part]
    named = [part for part in parts if _PORTAL_WORD_RE.search(part)]
    return next(iter(named or parts), None)


def find_page_name(root: "etree._Element", portal_title: str | None) -> str | None:
    """What a channel calls itself in its page title: `招商引资` of `招商引资_青澜新闻网`."""
    title = next((element.text or "" for element in root.iter("title")), "")
    parts = [part for part in map(_clean_title, _SEPARATOR_RE.split(title)) if part]
    return next((part for part in parts if part != portal_title and not _PORTAL_WORD_RE.search(part)), None)


def _clean_title(text: str) -> str:
    text = " ".join("".join(char if char.isprintable() else " " for char in text[:500]).split())
    return _GREETING_RE.sub("", text).strip(" -_|,，!！.。")[:MAX_TITLE].strip()


def find_region(root: "etree._Element") -> tuple[str, str] | None:
    """The six-digit code of a portal's region and where it stands: 网站标识码, which names the region itself.

    Government portals have it in the head (`SiteIDCode`) or in the footer. The number of 公网安备 is that of the
    operator's district, so it is told apart, by its words, for a person to judge.
    """
    codes = [
        meta.get("content") or "" for meta in root.iter("meta") if (meta.get("name") or "").lower() == "siteidcode"
    ]
    text = " ".join([*(f"标识码：{code}" for code in codes), *map(str, root.itertext())])
    for pattern, words in ((_SITE_CODE_RE, SITE_CODE), (_POLICE_CODE_RE, POLICE_CODE)):
        if match := pattern.search(text):
            return match[1], words
    return None


def parse_robots(text: str, agent: str) -> RobotsRules:
    """The rules for `agent`: of the group that names it, else of the group for all. Never raises."""
    groups: dict[str, list[tuple[str, str]]] = {}
    current: list[str] = []
    sitemaps: dict[str, None] = {}
    in_agents = False
    for line in text.splitlines()[:5000]:
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "sitemap":
            sitemaps.setdefault(value)
        elif name == "user-agent":
            current = [*current, value.lower()] if in_agents else [value.lower()]
            groups.setdefault(value.lower(), [])
        else:
            for group in current:
                groups[group].append((name, value))
        in_agents = name == "user-agent"
    named = [group for group in groups if group != "*" and group and group in agent.lower()]
    rules = groups[max(named, key=len)] if named else groups.get("*", [])
    delays = [value for name, value in rules if name == "crawl-delay" and re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", value)]
    disallowed = dict.fromkeys(value for name, value in rules if name == "disallow" and value)
    return RobotsRules(tuple(disallowed), float(delays[0]) if delays else None, tuple(sitemaps))


def find_feeds(root: "etree._Element", url: str) -> tuple[str, ...]:
    """Addresses of feeds and sitemaps that a page names: as an alternate in its head, or as a link to an XML file."""
    found: dict[str, None] = {}
    for element in root.iter("link", "a"):
        href = parse_href(element.get("href") or "", url)
        if href is None or not is_on_site(href, url):
            continue
        kind = (element.get("type") or "").lower()
        if kind in ("application/rss+xml", "application/atom+xml") or _FEED_PATH_RE.search(urlsplit(href).path):
            found.setdefault(href)
    return tuple(found)


def find_stated_size(text: str) -> int | None:
    """How many articles a list says it has: `总数774`, `共595条`, Hanweb's `<totalrecord>`. None where it does not."""
    sizes = [int(match[match.lastindex or 0]) for match in _STATED_RE.finditer(text)]
    return max(sizes, default=None)


def count_templates(urls: Iterable[str]) -> list[tuple[str, int, str]]:
    """Forms of addresses, the most frequent first: form, how many, an example. Numbers are `N`."""
    groups: dict[str, list[str]] = {}
    for url in urls:
        groups.setdefault(wide_template(url), []).append(url)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(_show_template(template), len(same), same[0]) for template, same in ranked]


def _show_template(template: str) -> str:
    path, _, query = template.partition("?")
    return "…/" + path.replace("0", "N").lstrip("/") + (f"?{query.replace('=0', '=N')}" if query else "")
