"""Dates as lists show them beside a link."""

import re
from datetime import date, datetime, timedelta

from cleaners.schema import CHINA

_TIME = r"(?:\D{0,3}?\s*(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?)?"
# 2017-10-14, 2017/10/14 08:30, 2017.10.14, 2017年10月14日, [2012-12-04]
_FULL_RE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.．年]\s*(?P<month>\d{1,2})\s*[-/.．月]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    + _TIME
)
# a big day above a small month, in either order: <b>05</b><i>2024-03</i>
_DAY_FIRST_RE = re.compile(
    r"^\W*(?P<day>\d{1,2})\s*日?\s+(?P<year>20\d\d)\s*[-/.．年]\s*(?P<month>\d{1,2})\s*月?(?!\d)"
)
_DAY_LAST_RE = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*[-/.．年]\s*(?P<month>\d{1,2})\s*月?\s+(?P<day>\d{1,2})\s*日?\W*$"
)
# <p>03/10</p><span>2025</span>
_YEAR_LAST_RE = re.compile(r"^\W*(?P<month>\d{1,2})\s*[-/.．月]\s*(?P<day>\d{1,2})\s*日?\s+(?P<year>20\d\d)\s*年?\W*$")
# 20-12-06, the whole text
_SHORT_YEAR_RE = re.compile(r"^\W*(?P<year>[0-4]\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME + r"\W*$")
# 10-19, (12/04), [12.04], 10月19日; the whole text, because 5-10 may be anything
_MONTH_DAY_RE = re.compile(r"^\W*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?" + _TIME + r"\W*$")
# the clock in a page head: 今天是2024年3月5日 星期二
_CLOCK_RE = re.compile(r"今天是|今日是|现在是|星期[一二三四五六日天]")
_AGO_RE = re.compile(r"(?P<count>\d{1,3})\s*(?P<unit>分钟|小时|天)前")
_DATE_CHAR_RE = re.compile(r"[\d今昨前]")
_MAX_HEADLINE = 300
_DAYS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
# a headline with its date in one text: 开发区举行签约仪式(2024-05-06), [05-06] 开发区举行签约仪式
_EDGE_DATE = r"(?:\d{2,4}\s*[-/.．年]\s*)?\d{1,2}\s*[-/.．月]\s*\d{1,2}\s*日?(?:\s+\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
_BRACKETED = rf"[\[(（【]\s*({_EDGE_DATE})\s*[\])）】]"
_DATE_BEFORE_RE = re.compile(rf"^\s*(?:{_BRACKETED}|({_EDGE_DATE})\s)\s*(.{{5,}})$", re.DOTALL)
_DATE_BEHIND_RE = re.compile(rf"^(.{{5,}}?)\s*(?:{_BRACKETED}|\s({_EDGE_DATE}))\s*$", re.DOTALL)
_LABEL_RE = re.compile(r"^\W*(?:发布时间|发布日期|更新时间|更新日期|发表时间|时间|日期|发布|更新)\s*[:：]?\s*")


def parse_list_date(text: str, near: date | None = None, fetched_at: datetime | None = None) -> datetime | None:
    """The time that a short text beside a link shows, or None.

    `near` (the day in the link's address) gives `MM-DD` its year: the one that brings it closest. Without it the
    latest such day that is not after `fetched_at` is meant; without both `MM-DD` is None. `3小时前` and `昨天` need
    `fetched_at`. Midnight where no time of day is shown. Impossible days are None, days after tomorrow too.
    """
    text = " ".join(text.split())
    if _CLOCK_RE.search(text):
        return None
    for pattern in (_FULL_RE, _DAY_FIRST_RE, _DAY_LAST_RE, _YEAR_LAST_RE):
        match = pattern.search(text)
        if match and (found := _build(match, int(match["year"]))):
            return found
    text = _LABEL_RE.sub("", text)
    if (match := _SHORT_YEAR_RE.match(text)) and (found := _build(match, 2000 + int(match["year"]))):
        return found
    if (match := _MONTH_DAY_RE.match(text)) and (near or fetched_at):
        return _with_year(match, near, fetched_at)
    return _parse_relative(text, fetched_at) if fetched_at else None


def is_date_text(text: str) -> bool:
    """Whether a text is nothing but a date: `[2017-10-14]`, `发布时间：10-19`, `3天前`."""
    if not _DATE_CHAR_RE.search(text):
        return False
    text = _LABEL_RE.sub("", " ".join(text.split()))
    if not text or len(text) > 32:
        return False
    if any(pattern.match(text) for pattern in (_MONTH_DAY_RE, _YEAR_LAST_RE, _SHORT_YEAR_RE)):
        return True
    rest = _AGO_RE.sub("", _DAY_LAST_RE.sub("", _DAY_FIRST_RE.sub("", _FULL_RE.sub("", text))))
    return (rest != text and not re.search(r"\w", rest)) or text in _DAYS


def split_date(text: str) -> tuple[str, str] | None:
    """A headline and the date right before or behind it, in brackets or apart by a blank; None without one.

    One such text proves nothing (国家专刊第12期（2024.05.06） is a headline): ask whether its neighbours have one too.
    """
    if len(text) > _MAX_HEADLINE:
        return None
    if match := _DATE_BEFORE_RE.match(text):
        headline, date_text = match[3], match[1] or match[2]
    elif match := _DATE_BEHIND_RE.match(text):
        headline, date_text = match[1], match[2] or match[3]
    else:
        return None
    return (headline.strip(), date_text) if is_date_text(date_text) else None


def has_year(text: str) -> bool:
    """Whether a date says its year in full."""
    return bool(re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))


def find_leading_date(text: str) -> str | None:
    """The full date that a text begins with, if no word goes on with it: `日期：2024-06-13 08:05:11 点击：98`."""
    match = _FULL_RE.match(_LABEL_RE.sub("", " ".join(text[:200].split())).lstrip(" [(（【"))
    return match[0] if match and not re.match(r"\w", match.string[match.end() :]) else None


def _build(match: re.Match[str], year: int) -> datetime | None:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime(year, int(match["month"]), int(match["day"]), hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return None


def _with_year(match: re.Match[str], near: date | None, fetched_at: datetime | None) -> datetime | None:
    if near:
        days = [d for year in (near.year - 1, near.year, near.year + 1) if (d := _build(match, year))]
        return min(days, key=lambda d: abs(d.date() - near), default=None)
    assert fetched_at is not None
    today = fetched_at.astimezone(CHINA).date()
    # eight years, for 29 February
    days = [d for year in range(today.year - 8, today.year + 1) if (d := _build(match, year)) and d.date() <= today]
    return max(days, default=None)


def _parse_relative(text: str, fetched_at: datetime) -> datetime | None:
    now = fetched_at.astimezone(CHINA)
    if match := _AGO_RE.search(text):
        unit = {"分钟": "minutes", "小时": "hours", "天": "days"}[match["unit"]]
        then = now - timedelta(**{unit: int(match["count"])})
        return (
            then.replace(hour=0, minute=0, second=0, microsecond=0) if unit == "days" else then.replace(microsecond=0)
        )
    for word, days in _DAYS.items():
        if text.startswith(word):
            clock = re.search(r"(\d{1,2}):(\d\d)", text)
            hour, minute = (int(clock[1]) % 24, int(clock[2]) % 60) if clock else (0, 0)
            return (now - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return None
