"""Facts about an article: who, when, from where, in which section. Read from the lines beside the body."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cleaners.dates import BELOW_RE, find_moments, parse_moment
from cleaners.labels import People, parse_labels
from cleaners.names import PUBLISHED_BY_RE, is_medium, is_name, parse_source
from cleaners.people import find_bracket_byline, find_square_byline, parse_byline
from cleaners.schema import CHINA

if TYPE_CHECKING:
    from lxml import etree

_SOURCE_METAS = ("contentsource", "source", "article:source", "mediaid", "copyrightholder")
_AUTHOR_METAS = ("author", "article:author")
_NOISE_RE = re.compile(r"[|｜·©\[\]【】()（）:：]|原创|字号?|打印|分享到?|大中小|(?<![\w])\d+(?!\w)|https?://\S*")

_DATE_EDGES = " \u3000\xa0[]【】()（）|｜·:：/-"
_WRITER_OF_RE = re.compile(r"(?![文图]\s?/)([一-龥]{2,3})\s?[/／]\s?([一-龥]{2,8}[报网社台刊])")
# http://ent.example.com 2009年11月09日11:30 云岭音乐 我要评论(0)
_SITE_LINE_RE = re.compile(r"https?://\S+\s+([一-龥]{2,10})(?=\s+(?:我要)?评论|\s*$)")
# 第A01版：头版 · 版面导航
_EDITION_RE = re.compile(r"第\s?[A-Z]?\d{1,3}\s?版|版面(?:导航|目录|列表)|本版(?:导航|新闻|标题)")
_NO_LONE_MEDIUM_RE = re.compile(r"[:：/／，。]|[部处科室办局委院馆]$")
# 2019-03-01 云岭省交通运输厅
_OFFICE_BESIDE_RE = re.compile(r"[一-龥]{2,18}(?:[厅局]|委员会|大学|学院|[中小]学|学校|医院|法院|检察院|协会|商会)")
_SOURCE_AT_END_RE = re.compile(r"[（(]来源[:：]([^（）()]{2,24})[）)]$")  # 2005年8月25日（来源：上海证券报）


# var pubdata='2017年08月30日'; the template prints it · "datePublished": "2024-03-05T10:11:00+08:00"
_SCRIPT_DATE_RE = re.compile(  # begins with a literal, which is found fast
    r"ub(?:(?:lish)?(?:ed)?_?(?:[dD]at[ea]|[tT]ime)\s*=|lished(?<=datePublished)[\"']\s*:)\s*[\"']([^\"'<>]{8,40})[\"']"
)
# var ct = "1659274471";  var nickname = htmlDecode("云岭发布");
_ACCOUNT_TIME_RE = re.compile(r"var ct\s*=\s*[\"'](\d{10})[\"']")
_ACCOUNT_NAME_RE = re.compile(r"var nickname\s*=\s*(?:htmlDecode\()?[\"']([^\"']{2,30})[\"']")


@dataclass(slots=True)
class Facts:
    """What the lines say, and for each field which line said it."""

    source: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    origins: dict[str, str] = field(default_factory=dict)


def read_head(root: "etree._Element") -> tuple[str, dict[str, str]]:
    """`<title>` and the named values of the page head, names in lower case, the first of a name."""
    titles = [element for element in root.iter("title") if element.getparent().tag != "svg"]  # type: ignore[union-attr]
    title = " ".join("".join(map(str, titles[0].itertext())).split()) if titles else ""
    values: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            values.setdefault(name, content)
    _read_script_date(root, values)
    if values.get("og:site_name") == "微信公众平台":
        _read_account(root, values)
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            values.setdefault("canonical", link.get("href", ""))
    return title, values


def _read_script_date(root: "etree._Element", values: dict[str, str]) -> None:
    """The time that a script writes into the page, where the page head names none."""
    if "pubdate" in values:
        return
    for script in root.iter("script"):
        if match := _SCRIPT_DATE_RE.search(script.text or ""):
            values["pubdate"] = match[1]
            return


def _read_account(root: "etree._Element", values: dict[str, str]) -> None:
    """Time and name of a WeChat account's article, which the page tells in its scripts alone."""
    for script in root.iter("script"):
        text = script.text or ""
        if "publishtime" not in values and (match := _ACCOUNT_TIME_RE.search(text)):
            values["publishtime"] = datetime.fromtimestamp(int(match[1]), CHINA).strftime("%Y-%m-%d %H:%M")
        if match := _ACCOUNT_NAME_RE.search(text):
            values.setdefault("source", html.unescape(match[1]))


def join_labels(lines: Sequence[str]) -> list[str]:
    """Lines with `来源：` and its value on the next line put together."""
    joined: list[str] = []
    for line in lines:
        if (
            joined
            and re.search(r"[一-龥\s]{2,12}[:：]\s*$", joined[-1][-14:])
            and len(line) < 60
            and len(joined[-1]) < 80
            and not re.match(r"[一-龥\s]{2,8}[:：]", line)
        ):
            joined[-1] += " " + line
        elif joined and (date := _join_date(joined[-1], line)):
            joined[-1] = date
        else:
            joined.append(line)
    return joined


def _join_date(one: str, other: str) -> str | None:
    """`21` over `2024年02月`, or below it: a date that a template sets in two sizes."""
    for day, month in ((one, other), (other, one)):
        if re.fullmatch(r"\d{1,2}日?", day) and (match := re.fullmatch(r"((?:19|20)\d\d)[-年./](\d{1,2})月?", month)):
            return f"{match[1]}-{match[2]}-{day.rstrip('日')}"
    return None


def find_facts(info: Sequence[str], body: Sequence[str], tail: Sequence[str], meta: Mapping[str, str]) -> Facts:
    """Source, publisher, authors, editors, reviewers.

    `info` are the lines around the headline and those dropped at the head, `body` the paragraphs, `tail`
    the lines dropped at the end and those below the body, nearest first. A declared 来源 wins over a medium
    named without a label; that one is the publisher then. Names of the info line win over bylines.
    """
    facts = Facts()
    media: list[str] = []
    editors_at = reviewers_at = -9
    for i, line in enumerate([*info, *tail]):
        if len(line) > 200:
            continue
        people, rest = parse_labels(line)
        if people.editors and facts.editors and i - editors_at <= 2:  # 编辑：倪家宁 above 责编：陈梦莹
            facts.editors = tuple(dict.fromkeys([*facts.editors, *people.editors]))
        if people.reviewers and facts.reviewers and i - reviewers_at <= 2:  # 一审：… above 二审：… above 三审：…
            facts.reviewers = tuple(dict.fromkeys([*facts.reviewers, *people.reviewers]))
        editors_at = i if people.editors else editors_at
        reviewers_at = i if people.reviewers else reviewers_at
        byline = parse_byline(_without_dates(rest)) if rest.strip() else None
        if (line in info or BELOW_RE.fullmatch(line)) and rest.strip():
            _read_bare(rest, people, media, named=byline is not None)
        if match := _WRITER_OF_RE.fullmatch(line):  # 石佳/中国青年报
            byline = People(authors=[match[1]], medium=match[2])
        _take(facts, people, line)
        if byline:
            _take(facts, byline, line)
            if byline.medium:
                media.append(byline.medium)
    media += _find_medium_beside(info)
    for paragraph in body[:3]:
        if _lacks_author(facts) and (byline := find_bracket_byline(paragraph, at_end=False)):
            _take(facts, byline, "byline in the text")
    if body and _lacks_author(facts) and (byline := find_square_byline(body[0])):
        _take(facts, byline, "byline at the end of the lead")
    for paragraph in list(body[-3:])[::-1]:
        if (_lacks_author(facts) or not facts.editors) and (byline := find_bracket_byline(paragraph, at_end=True)):
            names = [name for name in byline.authors if name not in facts.editors]
            _take(facts, People(authors=names, editors=byline.editors), "byline at the end of the text")
    for paragraph in body[-2:]:
        if facts.source is None and (match := _SOURCE_AT_END_RE.search(paragraph[-40:])):
            facts.source, facts.origins["source"] = parse_source(match[1]), "at the end of the text"
    medium = next((m for m in media if m), None)
    if facts.source is None:
        for name in _SOURCE_METAS:
            if source := parse_source(re.sub(r"^(?:来源|文章来源)\s*[:：]", "", meta.get(name, ""))):
                facts.source, facts.origins["source"] = source, f"meta {name}"
                break
    if medium:
        if facts.source is None:
            facts.source, facts.origins["source"] = medium, "medium without a label"
        elif facts.source != medium and medium not in facts.source:
            facts.publisher, facts.origins["publisher"] = medium, "medium without a label"
    return facts


def find_issue_line(lines: Sequence[str]) -> list[str]:
    """The line that tells the day of a paper's issue, `2022年02月12日 查看旧版`, where the lines above the headline
    are those of a paper's edition on the web; else none."""
    if not any(_EDITION_RE.search(line) for line in lines):
        return []
    dated = (line for line in lines if len(line) < 60 and any(at < 12 for _, at in find_moments(line)))
    return [line for line in dated if not line.startswith(("今天", "今日", "现在"))][:1]


def _find_medium_beside(info: Sequence[str]) -> list[str]:
    """A medium on a line of its own beside the date: 法新社 above 2024年5月20日周一 下午2:05."""
    for i, line in enumerate(info):
        if parse_moment(line) and not _without_dates(line).strip(_DATE_EDGES):
            beside = [*reversed(info[max(0, i - 1) : i]), *info[i + 1 : i + 2]]
            return [text for text in beside if is_medium(text) and not _NO_LONE_MEDIUM_RE.search(text)]
    return []


def _without_dates(text: str) -> str:
    if "19" not in text and "20" not in text and "二" not in text:
        return text
    for moment, _ in find_moments(text):
        text = text.replace(moment.raw, " ")
    return text


def _read_bare(rest: str, people: People, media: list[str], named: bool) -> None:
    """Words of an info line that no label explains: a medium (`光明网`), a name beside the date (`王利阳`)."""
    undated = _without_dates(rest)
    if undated == rest:
        return
    if match := _SITE_LINE_RE.match(undated):
        media.append(match[1])
    words = [w for w in re.split(r"\s+", _NOISE_RE.sub(" ", undated)) if w]
    if len(words) > 5:
        return
    for word in (re.sub(r"^来源(?=[一-龥]{3})", "", word) for word in words):
        if published := PUBLISHED_BY_RE.match(word):  # 发布于北京经济日报官方账号
            media.append(published[1])
        elif is_medium(word) or (len(words) == 1 and _OFFICE_BESIDE_RE.fullmatch(word)):
            media.append(word)
        elif len(word) in (2, 3) and is_name(word) and not people.authors and not named:
            people.add("author", [word])


def _lacks_author(facts: Facts) -> bool:
    """True where nobody is named, or only a medium: `作者：某报` with the reporters below the text."""
    return all(map(is_medium, facts.authors))


def _take(facts: Facts, people: People, origin: str) -> None:
    if people.source and facts.source is None:
        facts.source, facts.origins["source"] = people.source, origin
    for name in ("authors", "editors", "reviewers"):
        known = getattr(facts, name)
        if getattr(people, name) and (not known or (all(map(is_medium, known)) and is_name(getattr(people, name)[0]))):
            setattr(facts, name, tuple(getattr(people, name)))
            facts.origins[name] = origin
