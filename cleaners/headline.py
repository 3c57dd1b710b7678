"""Headline, and the lines above and below it (肩题, 副题)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleaners.head_rules import HEAD
from cleaners.line_rules import find_rule, is_document_row
from cleaners.measures import bare, is_info_line, is_linked, prose_length
from cleaners.tree import Line, name_of

# `标题_频道_网站`, `标题-网站`, `标题--时政--人民网`, `标题 | 网站`
TITLE_SEPARATOR_RE = re.compile(r"\s*(?:-{2,}|[_|｜»]+|\s[-–—]\s|(?<=[一-龥”’！？!?.\d])[-–](?=[一-龥A-Z]))\s*")
SITE_RE = re.compile(
    r"(?:网|网站|频道|新闻|日报|晚报|电视台|门户|政府|中心|在线|首页|正文|资讯|客户端|官网|公司)$|\.(?:com|cn|net)"
)
_TITLE_NAME_RE = re.compile(
    r"(?:^|[\s_-])(?:\w*title|tit\d?|bt\d?|biaoti|headline|\w*topic|h1|pbt|newstit|\w*_tit|\w*_bt|tt)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SUBTITLE_NAME_RE = re.compile(r"sub_?-?tit|futi|fubiaoti|fbt|ftitle|ftit", re.IGNORECASE)
_KICKER_NAME_RE = re.compile(r"pre_?-?tit|intro_?title|jianti|yinti|kicker|ytitle|shoulder", re.IGNORECASE)
# 朝代：唐代 · 访问:121369
# buttons inside a heading: <h1>云岭县签约<span>播报文章</span></h1>
_BUTTON_RE = re.compile(
    r"[\s\u3000]+(?:播报(?:文章)?|朗读|收听|听(?:新闻|全文)|分享|打印|收藏|关闭|纠错|字号|原创|转载|置顶)$"
)
# 来信标题 关于小区门口道路维修的建议
_TITLE_LABEL_RE = re.compile(r"^(?:(?:来信|信件|咨询|留言|提问|诉求)(?:标题|主题)|标题)\s*[:：\s]\s*(?=\S{4})")
_LONGEST_NAME = 200
"""Characters of an id or class that may call an element a title."""
MAX_TITLE = 2_000
"""Characters of a `<title>` that are read: no headline has more."""
# what a page says to all its visitors; a headline only where <title> says it as well
_WELCOME_RE = re.compile(r"^(?:您好[，,]?)?(?:热烈)?欢迎您?(?:光临|访问|来到|浏览|登[录陆]|进入)|欢迎您[！!。]?$")
# a <title> that names no article: an office, a school, 云岭网>艺术教育
_OFFICE_TITLE_RE = re.compile(
    r"(?:[局厅]|委员会|大学|学院|[中小]学|学校|医院|协会)$|^[^>＞»]{2,12}(?:[>＞»]+[^>＞»]{2,8})+$"
)
_LABELLED_RE = re.compile(r"[一-龥]{2}[:：]\s?[一-龥\d]{1,8}$")


@dataclass(slots=True)
class Headline:
    """The headline and where it stands among the lines."""

    title: str | None = None
    start: int | None = None
    """First line of the headline or of what belongs to it above; None where no line holds it."""
    end: int | None = None
    """The line after the headline."""
    kicker: str | None = None
    subtitle: str | None = None
    why: str = ""


def find_headline(lines: Sequence[Line], body_start: int, hints: Sequence[str], page_title: str) -> Headline:
    """The headline of a page: the line before or at the start of the body that other witnesses confirm.

    `hints` are headlines that someone declared (`ArticleTitle`, `og:title`, the list page); `page_title` is
    `<title>`, site and section names included. Where no line fits, the declared ones are used, cut.
    """
    whole = bare(page_title)
    declared = [bare(hint) for hint in hints if hint]
    best: tuple[float, int, int, str, str] | None = None
    first = max(0, body_start - 120)
    info_at = {i for i in range(first, min(body_start + 6, len(lines))) if is_info_line(lines[i].text)}
    told = {bare(cut_title(page_title)), *declared}
    keys = [bare(line.text) for line in lines[first : body_start + 13]]
    named = cut_title(page_title)
    nameless = len(whole) < 5 or bool(SITE_RE.search(named) or _OFFICE_TITLE_RE.search(named))
    for i in range(first, min(body_start + 12, len(lines))):
        if i >= body_start + 4 and keys[i - first] not in told:  # below slogans only what is told word for word
            continue
        for size in (1, 2):
            if i + size > len(lines):
                continue
            if size == 2 and len(lines[i].text) + len(lines[i + 1].text) > 120:
                continue
            key = "".join(keys[i - first : i - first + size])
            if size == 2 and key not in whole and key not in declared:
                continue
            text = "".join(line.text for line in lines[i : i + size])
            weight, why, text = _weigh_title(text, key, lines[i], whole, declared)
            if weight < 0:
                continue
            if i + size in info_at and not lines[i].links and i not in info_at:
                weight += 1.5
                why += ", right above the info line"
            elif any(j in info_at for j in range(i + size, i + size + 4)):
                weight += 1.0
                why += ", above the info line"
            if 0 <= body_start - i <= 6 and _is_heading(lines[i]):
                weight += 0.7
                why += ", just above the text"
            elif nameless and weight >= 0 and i + size == body_start and _is_centred(lines[i]):
                weight += 0.8
                why += ", centred just above the text"
            weight -= 0.02 * abs(body_start - i)
            if best is None or weight > best[0]:
                best = (weight, i, i + size, text, why)
    if best and best[0] >= (0.7 if nameless and not declared else 1.4):
        title = _TITLE_LABEL_RE.sub("", _BUTTON_RE.sub("", best[3]))
        return Headline(title, best[1], best[2], why=best[4])
    for hint in hints:
        if hint and len(bare(hint)) > 3:
            return Headline(cut_title(hint), why="declared, on no line")
    title = cut_title(page_title)
    return Headline(title or None, why="from <title>")


def _weigh_title(text: str, key: str, line: Line, whole: str, declared: Sequence[str]) -> tuple[float, str, str]:
    """How much speaks for a line being the headline, why, and the headline in it; `key` is its text, bare."""
    if (
        len(key) < 4
        or len(text) > 160
        or (line.links and is_linked(line) and key not in (*declared, whole) and not _is_heading(line))
    ):
        return -1.0, "", text
    weight, why = 0.0, []
    for hint in declared:
        if hint and (
            key == hint or (len(key) > 8 and hint.startswith(key)) or (len(key) > 8 and key == hint[: len(key)])
        ):
            weight += 3.0 if key == hint else 2.0
            why.append("as declared")
            break
    if whole and key in whole:
        at = whole.index(key)
        part = len(key) / len(whole)
        if at == 0:
            weight += 2.5 + part
            why.append("begins <title>")
        elif not SITE_RE.search(text):
            weight += 1.5 + part
            why.append("in <title>")
    elif whole and len(key) > 10 and not weight:
        # a headline that info follows on the same line: `京东为何不直接公布GMV？ 王利阳 2015-06-21`; not
        # `云岭县林业和草原局关于印发` where <title> is the name of that office
        common = _common_prefix(key, whole)
        informs = re.search(r"\d{4}|[:：]", text[len(_take(text, common)) :])
        if common >= 8 and common >= 0.5 * len(key) and (informs or common < len(whole)):
            weight += 2.0 + common / len(whole)
            why.append("begins as <title>")
            if informs:
                text = _take(text, common)
    if _is_heading(line):
        weight += {"h1": 1.6, "h2": 1.2, "h3": 1.0}.get(str(line.block.tag) if line.block is not None else "", 0.8)
        why.append("heading")
    if line.zone and line.zone != "hidden":
        weight -= 0.5
    if line.zone == "hidden":
        weight -= 1.0
    if is_info_line(text) or is_document_row(text) or (text.endswith("。") and key != whole):
        weight -= 2.0
    if (_LABELLED_RE.match(text) or _WELCOME_RE.search(text)) and key not in whole and key not in declared:
        weight -= 2.0
    if find_rule(line, HEAD) or (prose_length(line) and len(text) > 60 and weight < 3):
        weight -= 2.0
    return weight, ", ".join(why), text


def _is_heading(line: Line) -> bool:
    if line.block is None:
        return False
    if line.block.tag in ("h1", "h2", "h3", "h4", "h5", "ucaptitle", "founder-title"):
        return True
    return _names_title(name_of(line.block)) or _names_title(name_of(line.block.getparent()))


def _is_centred(line: Line) -> bool:
    """A short line that old pages set as their headline: in the middle, as it or one of the elements around it says."""
    element, steps = line.block, 0
    while element is not None and steps < 3:
        style = element.get("style") or ""
        if element.tag == "center" or (element.get("align") or "").lower() == "center" or "text-align:center" in style:
            return not line.links and is_heading_text(line.text)
        element, steps = element.getparent(), steps + 1
    return False


@lru_cache(maxsize=4096)
def _names_title(name: str) -> bool:
    return _TITLE_NAME_RE.search(name[:_LONGEST_NAME]) is not None


def _common_prefix(one: str, other: str) -> int:
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _take(text: str, letters: int) -> str:
    """The beginning of a text up to its n-th letter, with the marks that follow it."""
    seen = 0
    for i, char in enumerate(text):
        if seen == letters and (char.isalnum() or char.isspace()):
            return text[:i].strip()
        seen += bool(bare(char))
    return text.strip()


def cut_title(title: str) -> str:
    """A `<title>` without the names of site and section after the headline."""
    title = " ".join(re.sub(r"<[^>]{1,40}>", "", title[:MAX_TITLE]).split())
    parts = [part for part in TITLE_SEPARATOR_RE.split(title) if part.strip()]
    while len(parts) > 1 and (len(parts[-1]) <= 16 or SITE_RE.search(parts[-1])):
        parts.pop()
    if len(parts) == 1 and parts[0] != title:
        return parts[0].strip()
    end = title.find(parts[-1]) + len(parts[-1]) if parts else 0
    return title[:end].strip()


def find_beside(headline: Headline, lines: Sequence[Line]) -> None:
    """Fill in kicker and subtitle from the lines beside the headline that templates or dashes mark as such."""
    if headline.start is None or headline.end is None:
        return
    if headline.start > 0 and headline.kicker is None:
        above = lines[headline.start - 1]
        named = _KICKER_NAME_RE.search(name_of(above.block)) and not is_info_line(above.text)
        if not above.links and (named or _is_below_reprint(above, lines[max(0, headline.start - 2)])):
            headline.kicker = above.text
            headline.start -= 1
    if headline.subtitle is None and headline.end < len(lines):
        below = lines[headline.end]
        if is_dashed(below.text) or _SUBTITLE_NAME_RE.search(name_of(below.block)):
            headline.subtitle = below.text
            headline.end += 1


def _is_below_reprint(line: Line, above: Line) -> bool:
    """Right below `本文转自：淄博日报` stand kicker and headline."""
    return is_heading_text(line.text) and find_rule(above, HEAD) == "reprint"


def is_dashed(text: str) -> bool:
    """`——热烈祝贺市政协五届一次会议开幕`: a subtitle by its dash."""
    return text.startswith(("——", "--", "—")) and 5 < len(text) < 70 and not re.search(r"[。；]", text)


def is_heading_text(text: str) -> bool:
    """Short, and no sentence: may be a headline."""
    return 4 <= len(text) <= 60 and not re.search(r"[。；;，,：:、]$|。", text) and not text.startswith(("(", "（"))
