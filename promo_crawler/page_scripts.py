"""Pagers that a script writes: read from the script, never run."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from lxml import html

from promo_crawler.links import parse_href

MAX_PAGES = 500
"""Pages named of one series; the last of them names the following ones."""
_MAX_SCRIPT = 100_000

_EXT = r"(?:s?html?|aspx?|jsp|php)"
_QUOTED = r"['\"]([^'\"]*)['\"]"
# TRS createPageHTML(21, 0, "index", "html"), by whatever name it is called
_SERIES_CALL_RE = re.compile(
    rf"\b\w+\(\s*['\"]?(\d{{1,6}})['\"]?\s*,\s*['\"]?(\d{{1,6}})['\"]?\s*,\s*['\"]([\w./-]*)['\"]\s*,\s*['\"]\.?({_EXT})['\"]"
)
# the same with the id of an element first, and counted from 1: createPageHTML('page_div', 22, 1, 'list', 'shtml', 325)
_SERIES_FROM_ONE_RE = re.compile(
    rf"\b\w+\(\s*['\"][\w#.-]*['\"]\s*,\s*(\d{{1,6}})\s*,\s*(\d{{1,6}})\s*,\s*['\"]([\w./-]*)['\"]\s*,\s*['\"]\.?({_EXT})['\"]"
)
# TRS Pager({size:12, current:0, prefix:'index', suffix:'html'})
_SERIES_OPTIONS_RE = re.compile(
    rf"\(\s*{{\s*size\s*:\s*['\"]?(\d{{1,6}})['\"]?\s*,\s*current\s*:\s*['\"]?(\d{{1,6}})['\"]?\s*,"
    rf"\s*prefix\s*:\s*['\"]([\w./-]*)['\"]\s*,\s*suffix\s*:\s*['\"]\.?({_EXT})['\"]"
)
_COUNT_RE = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|page_count|pages)\b['\"]?\s*[=:]\s*['\"]?(\d{1,6})\b", re.IGNORECASE
)
# laypage.render({count: 235, limit: 20, ...}), Epoint: pagination({pageIndex: pageIndex, pageSize: 15, total: 281})
_TOTAL_RE = re.compile(
    r"\b(?:total|count|totalCount|totalRecords?|recordCount)\b['\"]?\s*[=:]\s*['\"]?(\d{1,7})\b", re.IGNORECASE
)
_SIZE_RE = re.compile(r"\b(?:pageSize|perPage|limit)\b['\"]?\s*[=:]\s*['\"]?([1-9]\d{0,3})\b", re.IGNORECASE)
_CURRENT_RE = re.compile(
    r"\b(?:currentPage|pageIndex|pageNo|curPage|currPage|current_page|curr|current)\b['\"]?\s*[=:]\s*['\"]?(\d{1,6})\b",
    re.IGNORECASE,
)
# TRS without a function: "<a href=\"index"+"_"+nextPage+"."+"shtml\"
_BUILT_HREF_RE = re.compile(
    rf"""(?<![\w-])([\w-]{{1,60}})\\?["']\s*\+\s*["']_["']\s*\+\s*\w+\s*\+\s*["']\.["']\s*\+\s*["']({_EXT})\b"""
)
# laypage and its like: location.href = "index_" + obj.curr + ".html"; Epoint: "/news/" + (data.pageIndex+1) + ".html"
_GO_SUM_RE = re.compile(
    rf"location(?:\.href)?\s*=\s*{_QUOTED}\s*\+\s*\(?\s*([\w$]+(?:\.[\w$]+)?(?:\(\))?)"
    rf"\s*(?P<plus>\+\s*1\s*\))?\s*\)?\s*(?:\+\s*['\"](?P<tail>[^'\"]*)['\"])?"
)
_FUNCTION_RE = re.compile(r"function\s+([A-Za-z_$][\w$]{0,60})\s{0,9}\(\s{0,9}(\w+)[^)]{0,200}\)\s*{")
_MAX_FUNCTIONS = 5_000
_CALL_RE = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]{0,60})\s*\(\s*['\"]?(\d{1,6})['\"]?\s*[,)]")
# enorth: the number of pages is in a script of its own, and pages count down: c0088001000000000000_000000012.shtml
_ENORTH_SCRIPT_RE = re.compile(r"/system/count/+(\d{7})/0{12}/count_page_list_(\d+)\.js$")
_ENORTH_PAGE_RE = re.compile(r"^(.*/system/count/+)(\d{7})/0{12}/\d{3}/\d{3}/c(\d+)_(\d{9})(\.s?html?)")
_MAXPAGE_RE = re.compile(r"\bmaxpage\s*=\s*(\d{1,9})")


class Jumps:
    """The functions of a page that go to another page of the list: read once, asked for by each link of a pager."""

    def __init__(self, scripts: Sequence[str], base: str) -> None:
        self._scripts, self._base = scripts, base

    def resolve(self, code: str) -> str | None:
        """Where `gotoPage(2)` goes: the sum that the body of the function gives to `location`; None without one."""
        call = _CALL_RE.search(code)
        parts = self._sums.get(call[1]) if call else None
        return parse_href(parts[0] + call[2] + parts[1], self._base) if call and parts else None

    @cached_property
    def _sums(self) -> dict[str, tuple[str, str]]:
        """Name of a function to what it puts before and behind the number of the page."""
        sums: dict[str, tuple[str, str]] = {}
        heads = ((script, head) for script in self._scripts for head in _FUNCTION_RE.finditer(script))
        for script, head in islice(heads, _MAX_FUNCTIONS):
            for match in _GO_SUM_RE.finditer(script, head.end(), head.end() + 1500):
                if match[2] == head[2] and not match["plus"]:
                    sums.setdefault(head[1], (match[1], match["tail"] or ""))
                    break
        return sums


def find_built_pages(scripts: Sequence[str], url: str, base: str) -> list[str]:
    """The pages after this one that a script would link, where it says how many there are and how they are named."""
    for script in (script[:_MAX_SCRIPT] for script in scripts):
        if match := _SERIES_FROM_ONE_RE.search(script):
            return _series(match[3], match[4], int(match[2]), int(match[1]) + 1, base)
        if match := _SERIES_CALL_RE.search(script) or _SERIES_OPTIONS_RE.search(script):
            current, count = int(match[2]), int(match[1])
            # the first page calls itself 1: this one counts from 1
            from_one = current == 1 and not re.search(r"_\d+\.\w+$", urlsplit(url).path)
            return _series(match[3], match[4], current, count + from_one, base)
        count, current_match = _count_pages(script), _CURRENT_RE.search(script)
        if not count:
            continue
        shown = int(current_match[1]) if current_match else 0
        if match := _BUILT_HREF_RE.search(script):
            return _series(match[1], match[2], shown, count, base)
        if match := _GO_SUM_RE.search(script):
            return _sum_series(match[1], match["tail"] or "", shown, count, url, base)
    return []


def _count_pages(script: str) -> int:
    """How many pages a script says there are, in so many words or as a number of records on pages of one size."""
    if match := _COUNT_RE.search(script):
        return int(match[1])
    total, size = _TOTAL_RE.search(script), _SIZE_RE.search(script)
    return -(-int(total[1]) // int(size[1])) if total and size else 0


def _series(name: str, ext: str, current: int, end: int, base: str) -> list[str]:
    pages = range(current + 1, end)[:MAX_PAGES]
    return [page for number in pages if (page := parse_href(f"{name}_{number}.{ext}", base))]


def _sum_series(head: str, tail: str, current: int, count: int, url: str, base: str) -> list[str]:
    """`head + number + tail`; the page's own number is in its address, else in the script, else it is the first."""
    own = re.search(re.escape(head) + r"(\d{1,6})" + re.escape(tail) + r"$", url)
    number = int(own[1]) if own else max(current, 1)
    pages = range(number + 1, count + 1)[:MAX_PAGES]
    return [page for n in pages if (page := parse_href(f"{head}{n}{tail}", base))]


def find_enorth_pages(root: html.HtmlElement, url: str, base: str) -> list[str]:
    """enorth: page n links nothing, but n-1 is older. The first page names only the script that knows n.

    That script is the one file worth asking for like a page: `parse_enorth_count` reads it.
    """
    if match := _ENORTH_PAGE_RE.match(url):
        head, channel, full, number, ext = match.groups()
        numbers = range(int(number) - 1, 0, -1)[:MAX_PAGES]
        return [_enorth_url(head, channel, full, n, ext) for n in numbers]
    for script in root.iter("script"):
        source = (script.get("src") or "").strip().partition("?")[0]
        if _ENORTH_SCRIPT_RE.search(source):
            found = parse_href(source.removesuffix(".js"), base)
            return [found + ".js"] if found else []
    return []


def parse_enorth_count(text: str, url: str) -> list[str]:
    """Pages of an enorth list, newest first, from its count script (`var maxpage = 35;`). Empty for any other file."""
    script, count = _ENORTH_SCRIPT_RE.search(urlsplit(url).path), _MAXPAGE_RE.search(text)
    if not script or not count:
        return []
    head = url[: url.index("/system/count/")] + "/system/count//"
    numbers = range(int(count[1]), 0, -1)[:MAX_PAGES]
    return [_enorth_url(head, script[1], script[2], n, ".shtml") for n in numbers]


def _enorth_url(head: str, channel: str, full: str, number: int, ext: str) -> str:
    digits = f"{number:09d}"
    return f"{head}{channel}/000000000000/{digits[:3]}/{digits[3:6]}/c{full}_{digits}{ext}"
