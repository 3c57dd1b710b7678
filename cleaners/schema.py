"""The records that flow: a raw page goes in, an article or a reason comes out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

CLEANER_VERSION = "3"
"""Raised with every change of a rule: articles of another version are due for reprocessing."""

CHINA = timezone(timedelta(hours=8), "+08:00")
"""The one time zone of all portals; China has no daylight saving since 1991."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as it was served, with what its finder knew of it. Never changed after the fetch."""

    url: str
    """Absolute address the bytes came from, after redirects."""
    body: bytes = field(repr=False)
    """The bytes of the page, content encoding (gzip, br) already undone, charset not."""
    content_type: str | None = None
    """The `Content-Type` header as sent, or None where there was none (saved files)."""
    fetched_at: datetime | None = None
    """Aware time of the fetch, whole seconds. None for files whose time nobody recorded."""
    portal: str | None = None
    """Name of the portal the page belongs to; None where nobody said."""
    listed_title: str | None = None
    """Headline that the list page gave to this link, in full where the list had it in full."""
    listed_at: datetime | None = None
    """Time that the list page gave to this link (aware, mostly midnight +08:00)."""
    more: tuple["RawPage", ...] = ()
    """The later pages of an article that stands on several (分页), in order."""


@dataclass(frozen=True, slots=True)
class PageRules:
    """Where one layout of one portal keeps its parts. Every value but `layout` is an XPath expression.

    A portal declares a tuple of layouts, newest first, so that old archived pages stay readable. The
    first layout whose `body` finds an element is used; parts it does not name are found by the general rules.
    """

    layout: str
    """Name of the layout, shown in explanations: `2019 template`."""
    body: str
    """Element(s) that hold the article text and nothing else; several are joined in page order."""
    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    info: str | None = None
    """Element whose text is the info line: time, 来源, 作者, 编辑."""
    published: str | None = None
    source: str | None = None
    authors: str | None = None
    editors: str | None = None
    section: str | None = None
    """Element whose text is the breadcrumb."""
    drop: tuple[str, ...] = ()
    """Elements inside `body` that are not article."""


class RejectReason(StrEnum):
    """Why a page is no article. A closed list: reports and statistics count by it."""

    EMPTY = "empty"
    """Zero bytes, or nothing but white space."""
    NOT_HTML = "not_html"
    """Bytes of something else: an image, a PDF, an archive, an office file, whatever its name says."""
    UNDECODABLE = "undecodable"
    """No charset makes readable text of the bytes."""
    TOO_LARGE = "too_large"
    """Larger than a news page can be (`MAX_PAGE_BYTES`)."""
    TOO_COSTLY = "too_costly"
    """Given up where it took more time or memory than a page can need. Said by who runs the cleaner, not by it."""
    NO_BODY = "no_body"
    """A page without article text: an empty shell, a headline with pictures only."""
    NOT_AN_ARTICLE = "not_an_article"
    """A list, a home page, a form, a directory: text, but not of one article."""
    BLOCKED_PAGE = "blocked_page"
    """A firewall, login or 验证码 page that came with status 200."""
    NOT_FOUND_PAGE = "not_found_page"
    """An error text (404, 页面不存在) that came with status 200."""


class Rejected(Exception):
    """Raised by `clean_page` and `clean_text` for what is no article. `str()` is the reason's value."""

    def __init__(self, reason: RejectReason, detail: str = ""):
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["Rejected"], tuple[RejectReason, str]]:
        return type(self), (self.reason, self.detail)  # as it was raised, for other processes


class DateOrigin(StrEnum):
    """Where a publication time was found, from the most to the least trusted."""

    RULES = "rules"
    """The element that the portal's layout names."""
    INFO_LINE = "info_line"
    """The line under the headline: 发布时间, 来源, 作者."""
    META = "meta"
    """`<meta>` of the page head (PubDate, publishdate, article:published_time), JSON-LD."""
    URL = "url"
    """The address: `t20240305_123.html`, `/2024-03/05/content_1.htm`."""
    LIST_PAGE = "list_page"
    """The list that linked here."""
    DATELINE = "dateline"
    """The opening of the text: `新华社北京3月5日电`, with the year of another witness."""


class Precision(StrEnum):
    """How much of `published_at` was really said; the rest is zero."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class Script(StrEnum):
    """Script a text was written in before anything was converted."""

    HANS = "hans"
    HANT = "hant"
    MIXED = "mixed"
    """Both in earnest: a Traditional quotation of some length inside a Simplified article."""
    OTHER = "other"
    """Too few Han characters to tell."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article."""

    url: str
    """Absolute address."""
    caption: str | None = None
    """The caption; it also stands in the article's text where it is a line of its own."""


@dataclass(frozen=True, slots=True)
class NormalForm:
    """Which spelling an article is given. What is switched off stays as the page has it."""

    script: str = "t2s"
    """Chain of opencc that Traditional text goes through: t2s, tw2s, tw2sp (also Taiwanese words), hk2s. Empty: the
    page's own script."""
    width: bool = True
    """Full-width letters and digits to ASCII."""
    punctuation: bool = True
    """Marks as Chinese print has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, read from one page. What is not known is None or empty, never guessed."""

    url: str | None
    """Where it was fetched (`RawPage.url`). None for a text without an address."""
    canonical_url: str | None
    """Identity of the page: the address without fragment, tracking, default port and index name."""
    portal: str | None
    """Name of the portal (`RawPage.portal`)."""
    title: str | None
    """Headline alone, without site or section name. None only for texts that have none."""
    kicker: str | None = None
    """肩题: the line above the headline."""
    subtitle: str | None = None
    """副题: the line below the headline."""
    text: str
    """Body: paragraphs joined by `\\n`, no indent, no blank lines; never empty."""
    published_at: datetime | None = None
    """Publication time, aware, +08:00. Midnight where only the day is known (see precision)."""
    published_raw: str | None = None
    """The words that `published_at` was read from."""
    published_from: DateOrigin | None = None
    """Where those words stood."""
    published_precision: Precision | None = None
    source: str | None = None
    """来源 as declared (`湖北日报客户端`); None where the page declares none, never the portal's name by default."""
    publisher: str | None = None
    """Name of the medium that runs the page, where the page says so (`云上谷城`)."""
    authors: tuple[str, ...] = ()
    """记者, 通讯员, 作者: each name alone, in the order of the page."""
    editors: tuple[str, ...] = ()
    """编辑, 责任编辑: each name alone."""
    reviewers: tuple[str, ...] = ()
    """编审, 审核, 终审, 监制: each name alone."""
    section: tuple[str, ...] = ()
    """Breadcrumb from the outermost channel inwards, without 首页 and without the headline."""
    images: tuple[Image, ...] = ()
    """Pictures between the paragraphs, in the order of the page. Empty for texts."""
    script: Script = Script.OTHER
    """Script of the page before conversion; `text` and all fields above are Simplified (unless asked otherwise)."""
    encoding: str | None = None
    """Charset the bytes were decoded with; None for texts."""
    layout: str | None = None
    """What found the body: a layout of the portal, a CMS container, `trafilatura`, `density`."""
    changes: dict[str, int] = field(default_factory=dict)
    """What was repaired or converted, with counts: `{"shifted_gbk": 3, "glosses": 40}`."""
    content_hash: str
    """SHA-256 (hex) of the body, blind to script, width, punctuation and white space: identity of the text."""
    fetched_at: datetime | None = None
    """Time of the fetch, aware, UTC."""
    cleaner_version: str
    """Version of the rules that read the page."""
