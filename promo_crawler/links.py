"""Links as pages have them: what a link is, where it leads, whether it stays in the portal."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit


@dataclass(frozen=True, slots=True)
class Link:
    """One address that a page links to, with what the page says of it."""

    url: str
    """Absolute, as linked, but without blanks, line breaks and fragment."""
    title: str | None = None
    """The longest headline given to this address, in full where any of its links has it in full."""
    listed_at: datetime | None = None
    """The date beside the link (aware, +08:00, midnight where only a day is shown). None where none is."""


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """The links of one page that are worth following, each address in one place only, in page order."""

    articles: tuple[Link, ...] = ()
    channels: tuple[Link, ...] = ()
    """Home page, channels, lists, topics, pages of a paper."""
    next_pages: tuple[Link, ...] = ()
    """Later pages of the series that this page belongs to; the very next comes first."""
    pager: tuple[str, ...] = ()
    """All addresses that only the pager links, also of earlier pages."""
    feeds: tuple[str, ...] = ()
    """RSS and Atom feeds that the page names as another form of itself; not those of comments."""


def may_be_article(links: FoundLinks) -> bool:
    """Whether a page with an address like a list's may be an article: EasySite and others give both the same form."""
    return not links.articles and not links.next_pages


_SPACE_RE = re.compile(r"[\s\u3000\ufeff]+")
_SCHEME_RE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_FILE_RE = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|wps|et|ofd|pdf|ceb|rtf|txt|csv|zip|rar|7z|gz|tar|exe|apk|iso|dwg|jpe?g|png|gif|bmp|ico|svg"
    r"|webp|tiff?|mp[34]|avi|wmv|wma|flv|swf|mov|rm|rmvb|mkv|m3u8|mpe?g|wav|js|css|json|woff2?)$",
    re.IGNORECASE,
)
# labels that are registries, not names: www.x.gov.cn belongs to x.gov.cn, www.x.hb.cn to x.hb.cn
_SECOND_LEVEL = frozenset(
    (
        *("ac", "com", "edu", "gov", "mil", "net", "org"),
        *(
            "ah",
            "bj",
            "cq",
            "fj",
            "gd",
            "gs",
            "gx",
            "gz",
            "ha",
            "hb",
            "he",
            "hi",
            "hk",
            "hl",
            "hn",
            "jl",
            "js",
            "jx",
            "ln",
        ),
        *("mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj"),
    )
)
# hosts under these are portals of different owners: wangshuo.cjyun.org
_PLATFORMS = frozenset({"cjyun.org", "cjyun.com.cn", "blogspot.com", "github.io", "myqcloud.com", "aliyuncs.com"})


def parse_href(href: str, base: str) -> str | None:
    """Absolute address of a page, or None for everything else.

    None: an empty link, a mere fragment, `javascript:`, `mailto:` and other schemes, a file (PDF, office, image,
    video), and what is no address at all (an unclosed `[`, a port that is no number). Nothing is raised.
    Blanks and line breaks go, a backslash is a slash, as browsers have it; the rest stays as linked.
    """
    href = _SPACE_RE.sub("", href[:2000]).replace("\\", "/")
    if not href or href.startswith("#"):
        return None
    scheme = _SCHEME_RE.match(href)
    if scheme and scheme.group().lower() not in ("http:", "https:"):
        return None
    try:
        url = urljoin(base, href).partition("#")[0]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 80) > 65535:
            return None
    except ValueError:
        return None
    return None if _FILE_RE.search(parts.path) else url


def find_domain(host: str) -> str:
    """The part of a host name that has one owner: `www.jxta.gov.cn` → `jxta.gov.cn`. An IP address is its own."""
    labels = host.lower().rstrip(".").split(".")
    if labels[-1].isdigit() or len(labels) < 3:
        return ".".join(labels)
    size = 3 if labels[-1] in ("cn", "tw", "hk", "uk", "jp") and labels[-2] in _SECOND_LEVEL else 2
    domain = ".".join(labels[-size:])
    return ".".join(labels[-size - 1 :]) if domain in _PLATFORMS else domain


def is_on_site(url: str, page_url: str, hosts: Collection[str] = ()) -> bool:
    """Whether an address belongs to the portal.

    With `hosts` declared: the page's own host and these. Otherwise every host of the page's own domain, because
    lists of a portal do link to its sisters (`www.dingxi.gov.cn` lists articles of `zwgk.dingxi.gov.cn`).
    """
    host, own = (urlsplit(u).hostname or "" for u in (url, page_url))
    if host == own or host in hosts:
        return True
    return not hosts and find_domain(host) == find_domain(own)
