"""What is no article: files, firewalls, error texts, lists, shells."""

import re
from collections.abc import Sequence

from cleaners.measures import find_enclosed, is_linked, prose_length
from cleaners.schema import RejectReason
from cleaners.tree import Line

MAX_PAGE_BYTES = 5_000_000
"""No news page is larger; lxml and trafilatura need seconds a megabyte for the worst of them."""
MIN_LETTERS = 10
"""A body of fewer letters, digits or Han characters is no body."""

_MAGIC = (
    b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b",
    b"Rar!", b"7z\xbc\xaf", b"RIFF", b"BM6", b"\x00\x00\x01\x00", b"ID3", b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00 ftyp",
    b"FWS", b"CWS", b"OggS", b"II*\x00", b"MM\x00*", b"wOFF", b"wOF2", b"{\\rtf",
)  # fmt: skip

_SCRIPT_WALL_RE = re.compile(
    rb"__jsl_clearance|acw_sc__v2|\$_ts\s*=|_\$jsvmprt|aliyun_waf|yunsuo_session|cf-browser-verification|challenge-platform"
    rb"|wzws[_-]|security_session_verify|__cdn_clearance"
)
# texts of firewalls and login walls
_BLOCKED_RE = re.compile(
    r"请(?:输入|完成|进行)[^。]{0,12}验证|访问(?:过于|太过)?频繁|安全验证|访问(?:被|已被)?(?:拦截|阻断|拒绝|禁止)|访问行为存在异常|"
    r"WAF|防火墙|云锁|安全狗|加速乐|知道创宇|创宇盾|您的(?:请求|访问|IP).{0,20}(?:拦截|阻断|拒绝|限制|威胁)|(?:请|需要?)(?:先)?登录后|"
    r"滑动(?:滑块|验证)|人机验证|请开启\s?JavaScript|Access Denied|Forbidden|Just a moment|verify you are human",
    re.IGNORECASE,
)
# of a page that is an error however much text it holds: 系统提示 - 云岭论坛 · 招商论坛-错误信息[云岭社区]
_ERROR_TITLE_RE = re.compile(
    r"^\s*(?:404|页面不存在|页面未找到|Error\b|(?:系统提示|提示信息)\s*(?:$|[-_|]))|(?:[-_\s！？!?]|^)错误信息\s*(?:$|[\[【_|-])"
)
_HOME_TITLE_RE = re.compile(r"\s*(?:网站)?(?:首页|主页)\s*(?:$|[-_|–—])")
# 来信内容 · 答复内容：您好！
_LETTER_RE = re.compile(
    r"(?:来信|信件|咨询|留言|问题|诉求|提问|反映|投诉|建议)(?:的)?(?:内容|主题|标题|详情)(?:\s*[:：]|\s|$)"
)
_ANSWER_RE = re.compile(
    r"(?:来信)?(?:回复|答复|办理|处理|回信|官方回[复应])(?:内容|情况|结果|意见|详情)(?:\s*[:：]|\s|$)"
)
_PASSWORD_RE = re.compile(rb"<input[^>]{0,200}type\s*=\s*[\"']?password", re.IGNORECASE)
_NOT_FOUND_RE = re.compile(
    r"(?:^\s*|错误|error\W{0,2}|HTTP\W{0,2}|[-_|－—]\s*)404"  # not 第404个项目
    r"(?:\s*$|\W*(?:错误|error|not|页|找|未|对不起|抱歉|[-_|－—]|$))|"
    r"not found|页面(?:不存在|没有找到|未找到|已删除|走丢|找不到|飞走|不见)|"
    r"(?:找不到|未找到|没有找到).{0,8}(?:页面|网页|文件|内容|文章)|"
    r"(?:文章|信息|内容|稿件|新闻|网页)(?:不存在|已(?:经)?(?:被)?(?:删除|下线|下架|撤))|"
    r"系统无法识别.{0,10}模型|"  # DedeCMS, of a channel without a template
    r"您(?:要|所)?(?:访问|查看|浏览|请求)的.{0,12}(?:不存在|已删除|被删除|出错|走丢|有误)|"
    r"(?:数据库|服务器|系统)(?:连接)?(?:错误|出错|异常)|(?:HTTP|服务器)\s?(?:500|502|503|错误)|"
    r"Bad Gateway|Service Unavailable",
    re.IGNORECASE,
)


# what stands beside each entry of a stream: 3小时前; not the days of a chronicle, 2024年3月5日
_STAMP_RE = re.compile(r"\d{1,2}\s?(?:秒|分钟|小时|天|周|个月)前|昨天|刚刚|(?:20\d\d-)?\d\d-\d\d(?:\s\d\d:\d\d)?")

# feeds, site maps, Hanweb's data proxy
_FEED_RE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,200}?-->\s*)?<(?:rss|feed|urlset|sitemapindex|datastore|rdf:RDF)\b", re.DOTALL
)


def find_bytes_reason(body: bytes) -> RejectReason | None:
    """Why bytes cannot be a page: nothing there, too much, or a file of another kind."""
    if not body.strip():
        return RejectReason.EMPTY
    if len(body) > MAX_PAGE_BYTES:
        return RejectReason.TOO_LARGE
    if body.startswith(_MAGIC):
        return RejectReason.NOT_HTML
    if _FEED_RE.match(body[:600]):
        return RejectReason.NOT_AN_ARTICLE
    sample = body[:4096]
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")) and sample.count(0) > len(sample) / 20:
        return RejectReason.NOT_HTML
    return None


def is_home_title(page_title: str) -> bool:
    """`主页 - 云岭新闻`: `<title>` of a home page."""
    return _HOME_TITLE_RE.match(page_title) is not None


def is_answered_letter(lines: Sequence[Line]) -> bool:
    """True for a page of a mayor's mailbox: labels of a letter and, below, of its answer."""
    asked = next((i for i, line in enumerate(lines) if _LETTER_RE.match(line.text)), len(lines))
    return any(_ANSWER_RE.match(line.text) for line in lines[asked + 1 :])


def asks_password(body: bytes) -> bool:
    """True where a form of the page asks for a password."""
    return _PASSWORD_RE.search(body) is not None


def find_wall_reason(body: bytes, page_title: str, lines: Sequence[Line]) -> RejectReason | None:
    """Blocked page or error text, both told by what they say and by how little else there is."""
    texts = [line.text for line in lines if not is_linked(line)]
    text = "\n".join([page_title, *texts])
    prose = sum(prose_length(line) for line in lines)
    if prose < 60 and len(text) < 200 and _SCRIPT_WALL_RE.search(body):
        return RejectReason.BLOCKED_PAGE
    if _ERROR_TITLE_RE.search(page_title):
        return RejectReason.NOT_FOUND_PAGE
    if len(text) > 1200 or prose > 250:
        return None
    if _NOT_FOUND_RE.search(page_title) or (prose < 160 and _NOT_FOUND_RE.search(text)):
        return RejectReason.NOT_FOUND_PAGE
    if prose < 150 and len(text) < 600 and _BLOCKED_RE.search(text):
        return RejectReason.BLOCKED_PAGE
    return None


def count_letters(text: str) -> int:
    """Letters, digits and Han characters of a text."""
    return sum(map(str.isalnum, text))


def find_list_reason(
    body: Sequence[Line], kept: Sequence[Line], *, known: bool, dated: bool, titled: bool, login: bool = False
) -> RejectReason | None:
    """Not an article: what was taken for the body is links, or too little to stand without a date and a headline.

    `known` says that a layout or a CMS container holds the body, `dated` that an info line with a date or a source
    stands above it, `titled` that the headline stands on a line of the page, `login` that the page asks for a password.
    """
    body = [line for line, enclosed in zip(body, find_enclosed(body), strict=True) if not enclosed]
    text = sum(len(line.text) for line in body) or 1
    links = sum(line.links for line in body)
    linked = sum(1 for line in body if is_linked(line))
    stamps = sum(1 for line in body if _STAMP_RE.fullmatch(line.text))
    rows = sum(1 for line in kept if prose_length(line))
    prose = sum(prose_length(line) for line in kept)
    letters = count_letters("".join(line.text for line in kept))
    if links > 0.5 * text and linked > 4 and prose < 400:
        return RejectReason.NOT_AN_ARTICLE
    if letters < MIN_LETTERS:
        return RejectReason.NO_BODY if known or (titled and dated) else RejectReason.NOT_AN_ARTICLE
    if known:
        return None
    if login and not dated and prose < 300:
        return RejectReason.BLOCKED_PAGE
    if stamps >= 5 and 12 * stamps >= len(kept):
        return RejectReason.NOT_AN_ARTICLE
    if linked >= 5 and linked >= 0.5 * rows:
        return RejectReason.NOT_AN_ARTICLE
    if prose < 100 and not (dated and titled):
        return RejectReason.NOT_AN_ARTICLE
    if prose < 250 and not (dated or titled):
        return RejectReason.NOT_AN_ARTICLE
    return None
