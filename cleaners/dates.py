"""Chinese dates: what they say, how precise, and which of a page's many dates is the one of publication."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cleaners.schema import CHINA, DateOrigin, Precision

FIRST_YEAR = 1994
"""No Chinese web page is older."""
_SLACK = timedelta(days=1)

# 2022-02-13 09:57 · 2022年02月13日07:48 · 2022.01.20 16:31 · 2019/9/7 13:43:45 · 2019-09-07T13:43:45+08:00
# 2023年3月5日 星期日 上午8:30 · 2012年5月8日 9时5分 · 2023-08-19 10∶08, with a sign of ratio
_TIME_RE = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)\s?(?P<mark>[-/.年])\s?(?P<month>1[0-2]|0?[1-9])\s?[-/.月]\s?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?:(?!\d)|(?=\d\d:\d\d))\s?日?"
    r"(?:[\sT,，]{0,3}[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
    r"(?:[\sT,，]{0,8}(?P<half>上午|下午|晚上)?\s?(?P<hour>2[0-3]|[01]?\d)\s?[:：∶时]\s?(?P<minute>[0-5]\d|\d(?=分))"
    r"(?:\s?[:：∶分]\s?(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
# 二〇二四年三月五日
_HAN_DATE_RE = re.compile(
    r"([一二][〇零○Ｏ九][〇零○Ｏ一二九][〇零○Ｏ一二三四五六七八九])年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿]{1,3})日"
)
_HAN_DIGITS = {**{c: str(i) for i, c in enumerate("〇一二三四五六七八九")}, "零": "0", "○": "0", "Ｏ": "0"}

# | 19-01-07 | 【大 中 小】【打印】: a year of two digits, where an info line begins with it
_SHORT_DATE_RE = re.compile(
    r"[\s|｜\[【(（]*(?P<year>\d\d)(?P<mark>[-/.])(?P<month>0[1-9]|1[0-2])[-/.](?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"(?=[\s|｜\])）】]*(?:$|[【\[|｜]|打印|字[体号]|浏览|点击|阅读|来源|作者))"
)
# a day and a minute below the text, alone or with a medium: 2020-02-27 12:39 新华网
BELOW_RE = re.compile(
    r"[\s|｜\[【(（]*(?:19|20)\d\d\D{1,2}\d{1,2}\D{1,2}\d{1,2}日?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s+[一-龥]{2,12})?\W*"
)

# TRS `t20240305_123.html`; Founder `/2024-03/05/content_1.htm`; `/n1/2024/0305/c1001-1.html`; EmpireCMS, Hanweb
# `/2024-03-05/1.html`, `/2024/3/5/art_1_2.html`; `/2024-03-05/doc-x.shtml`; `/a/20240305/1.html`
_URL_DATES = (
    re.compile(r"/t(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)_\d"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)[-/_](?P<month>\d\d?)[-/_](?P<day>\d\d?)(?=[/_.-])"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)[-/]?(?P<month>\d\d)[-/]?(?P<day>\d\d)(?=[/_.-]|\d{2,})"),
)

# names of <meta>, lower case, best first: the standard of Chinese government portals, CMSs, Open Graph
_META_NAMES = (
    "pubdate", "publishdate", "publish_date", "firstpublishedtime", "article:published_time", "og:release_date",
    "og:time", "datepublished", "publishtime", "publish_time", "publish-date", "pubtime", "apub:time",
    "weibo:article:create_at", "weibo: article:create_at", "parsely-pub-date", "dc.date.issued", "createdate",
)  # fmt: skip

_GOOD_LABEL_RE = re.compile(
    r"(?:发布|发表|发稿|刊发|发文|公开|上网|上传|录入|添加|成稿|更新|编辑)?(?:时间|日期|于)\s*[:：]?\s*[\[【(（]?\s*$|发布(?:者[^:：]*)?\s*[:：]?\s*$"
)
_WEAK_LABEL_RE = re.compile(r"(?:更新|修改|成文|生成|有效)(?:时间|日期)\s*[:：]?\s*$")
# dates of something else: a snapshot, an account, the clock of the page, a deadline
_FALSE_LABEL_RE = re.compile(
    r"(?:今天是|今日|现在|快照|注册|登录|登陆|截[止至]|过期|失效|实施|施行|生效|废止|出版|创刊|开幕|活动|会议|考试|报名|开标|投标|招标|"
    r"访谈|采访|调查|调研|公示|面试|培训|举办|演出|拍摄|开庭|签约|印发|开工|竣工|出生|成立)"
    r"[^:：]{0,6}[:：]?\s*$"
)
# 云岭县一季度重点项目集中签约仪式举办 2024-03-05: a headline with the day behind it, which no label is as long as
_HEADLINE_BEFORE_RE = re.compile(r"[^\s:：]{13,}[\s\u3000]+$")
_DATELINE_RE = re.compile(
    r"^[（(【]?(?:[一-龥·]{2,12}?)(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日(?:电|讯|消息)"
)


_LONGEST_LABEL = 100
"""Characters before a date that may name it."""
# below the headline of a speech or a law, and part of it: （2011年8月4日）
SPEECH_DATE_RE = re.compile(r"[（(]\s*(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s*[）)]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that somebody wrote down."""

    when: datetime
    raw: str
    precision: Precision


@dataclass(frozen=True, slots=True)
class Witness:
    """A moment and where it stood."""

    origin: DateOrigin
    moment: Moment


def find_moments(text: str) -> Iterator[tuple[Moment, int]]:
    """Every full date of a text, with its position. Dates without a year are left alone."""
    for match in _TIME_RE.finditer(text):
        if moment := _moment(match):
            yield moment, match.start()
    if "年" in text:
        for match in _HAN_DATE_RE.finditer(text):
            year = "".join(_HAN_DIGITS.get(c, "0") for c in match.group(1))
            when = _day(int(year), _han_number(match.group(2)), _han_number(match.group(3)))
            if when:
                yield Moment(when, match.group(), Precision.DAY), match.start()


def find_short_moment(line: str) -> Moment | None:
    """The date with a year of two digits that an info line begins with: `| 19-01-07 | 【打印】【关闭】`."""
    if (match := _SHORT_DATE_RE.match(line)) and len(line) < 60:
        when = _day(2000 + int(match["year"]), int(match["month"]), int(match["day"]))
        raw = match.group().lstrip(" \u3000|｜[【(（")
        return Moment(when, raw, Precision.DAY) if when else None
    return None


def parse_moment(text: str) -> Moment | None:
    """The first full date of a text."""
    return next((moment for moment, _ in find_moments(text)), None)


def find_published(
    *,
    named: str | None = None,
    info: Sequence[str] = (),
    tail: Sequence[str] = (),
    meta: Mapping[str, str] | None = None,
    urls: Iterable[str | None] = (),
    listed_at: datetime | None = None,
    dateline: str = "",
    fetched_at: datetime | None = None,
) -> list[Witness]:
    """Witnesses of the publication time, the most trusted first; empty where there is none.

    `named` is the element of a layout, `info` the lines around the headline, `tail` those below the body
    (believed only with a label), `meta` the names and values of the page head. Dates after the fetch or
    before 1994 are no witnesses. A day-only witness gives way to one of the same day that knows the minute.
    """
    found: list[Witness] = []
    if named and (moment := parse_moment(named)):
        found.append(Witness(DateOrigin.RULES, moment))
    if moment := _best_of_lines(info) or _best_of_lines(tail, labelled=True) or _find_odd(info, tail):
        found.append(Witness(DateOrigin.INFO_LINE, moment))
    for name in _META_NAMES:
        if (value := (meta or {}).get(name)) and (moment := parse_moment(value) or _compact(value)):
            found.append(Witness(DateOrigin.META, moment))
            break
    for url in urls:
        if url and (moment := find_url_date(url)):
            found.append(Witness(DateOrigin.URL, moment))
            break
    if listed_at:
        precise = listed_at.hour or listed_at.minute
        moment = Moment(listed_at, listed_at.isoformat(), Precision.MINUTE if precise else Precision.DAY)
        found.append(Witness(DateOrigin.LIST_PAGE, moment))
    latest = (fetched_at or datetime.now(CHINA)) + _SLACK
    found = [w for w in found if w.moment.when <= latest and w.moment.when.year >= FIRST_YEAR]
    if found and (match := _DATELINE_RE.match(dateline)):
        day = _day(found[0].moment.when.year, int(match["month"]), int(match["day"]))
        if day:
            found.append(Witness(DateOrigin.DATELINE, Moment(day, match.group(), Precision.DAY)))
    if found and found[0].moment.precision is Precision.DAY:
        day = found[0].moment.when
        finer = [w for w in found[1:] if w.moment.when.date() == day.date() and w.moment.precision is not Precision.DAY]
        found = finer[:1] + [w for w in found if w not in finer[:1]]
    return found


def find_url_date(url: str) -> Moment | None:
    """The date in an address, as CMSs write it there."""
    path = url.split("://", 1)[-1].partition("/")[2]
    for pattern in _URL_DATES:
        if (match := pattern.search("/" + path)) and (
            when := _day(int(match["year"]), int(match["month"]), int(match["day"]))
        ):
            return Moment(when, match.group().strip("/"), Precision.DAY)
    return None


def _best_of_lines(lines: Sequence[str], labelled: bool = False) -> Moment | None:
    """The date that looks most like the one of publication: by its label, its minute, the first of equals."""
    best: Moment | None = None
    best_weight = 1 if labelled else 0
    for line in lines:
        if SPEECH_DATE_RE.fullmatch(line.strip()):
            continue
        for moment, start in find_moments(line):
            before = line[max(0, start - _LONGEST_LABEL) : start]
            if _FALSE_LABEL_RE.search(before) and not _HEADLINE_BEFORE_RE.search(before):
                continue
            weight = 1 + (moment.precision is not Precision.DAY)
            if _WEAK_LABEL_RE.search(before):
                weight = 1
            elif _GOOD_LABEL_RE.search(before):
                weight += 3
            if labelled and weight < 4:
                continue
            if weight > best_weight:
                best, best_weight = moment, weight
    return best


def _find_odd(info: Sequence[str], tail: Sequence[str]) -> Moment | None:
    """A date told as few pages do: with a year of two digits, or right below the text without a label."""
    short = next(filter(None, map(find_short_moment, info)), None)
    below = next((line for line in tail[:4] if BELOW_RE.fullmatch(line)), "")
    return short or parse_moment(below)


def _moment(match: re.Match[str]) -> Moment | None:
    day = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    if day is None or ((match["mark"] == "年") and "月" not in match.group()):
        return None
    if match["hour"] is None:
        return Moment(day, match.group().strip(), Precision.DAY)
    hour = int(match["hour"]) + (12 if match["half"] in ("下午", "晚上") and int(match["hour"]) < 12 else 0)
    when = day.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    zone = match["zone"]
    if zone and not zone.startswith("+08"):
        offset = 0 if zone == "Z" else int(zone[1:3]) * (1 if zone[0] == "+" else -1)
        when += timedelta(hours=8 - offset)
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    if not (when.hour or when.minute or when.second):
        precision = Precision.DAY  # `2022-01-28 00:00:00` is what a CMS writes for a day
    return Moment(when, match.group().strip(), precision)


def _compact(text: str) -> Moment | None:
    """`20240305` or `20240305103000`, the whole of a meta value."""
    if re.fullmatch(r"(?:19|20)\d{6}(?:\d{6})?", text.strip()):
        text = text.strip()
        when = _day(int(text[:4]), int(text[4:6]), int(text[6:8]))
        if when and len(text) == 14 and int(text[8:10]) < 24 and int(text[10:12]) < 60:
            return Moment(when.replace(hour=int(text[8:10]), minute=int(text[10:12])), text, Precision.MINUTE)
        if when:
            return Moment(when, text, Precision.DAY)
    return None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=CHINA)
    except ValueError:
        return None


def _han_number(text: str) -> int:
    """`十一`, `二十三`, `廿九` as a number."""
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    value = (int(_HAN_DIGITS.get(tens, "1")) if ten else 0) * 10
    return value + (int(_HAN_DIGITS.get(ones, "0")) if ones else 0)
