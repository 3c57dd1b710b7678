"""The other pages of a list: linked, in a `<select>`, or made by a script."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml import html

from promo_crawler.anchors import Anchor
from promo_crawler.links import parse_href
from promo_crawler.url_shapes import find_url_day

MAX_PAGES = 500
"""Pages named of one series; the last of them knows more."""

_NEXT_RE = re.compile(
    r"^\W*(?:下一页|下页|后一页|后页|下一頁|翻下页|next(?:\s*page)?)\W*$|^[>›»＞]{1,2}$|^&gt;$", re.IGNORECASE
)
_LAST_RE = re.compile(r"^\W*(?:尾页|末页|最后一页|最末页|last)\W*$", re.IGNORECASE)
_STEP_RE = re.compile(r"^\W*(?:首页|第一页|上一页|上页|前一页|前页|prev(?:ious)?|first|[<‹«]{1,2})\W*$", re.IGNORECASE)
_NUMBER_RE = re.compile(r"^\W*第?\s*(\d{1,5})\s*页?\W*$")
_CALL_RE = re.compile(r"([A-Za-z_$][\w$]*)\s*\(\s*['\"]?(\d{1,6})['\"]?\s*[,)]")
_ONCLICK_URL_RE = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|open\()\s*['\"]([^'\"]+)['\"]\s*\)?\s*;?\s*(?:$|return)"
)

# TRS: createPageHTML(21, 0, "index", "html"); some portals put the id of an element first: ('page_div', 21, 1, 'index', 'html')
_TRS_CALL_RE = re.compile(
    r"createPage\w*\s*\(\s*(?P<div>['\"][^'\"]*['\"]\s*,\s*)?['\"]?(?P<count>\d{1,6})['\"]?\s*,\s*['\"]?(?P<current>\d{1,6})['\"]?\s*,\s*['\"](?P<name>[^'\"]*)['\"]\s*,"
    r"\s*['\"]\.?(?P<ext>\w+)['\"]",
    re.IGNORECASE,
)
# TRS without a function: var currentPage = 0; var countPage = 11; ... "index" + "_" + nextPage + "." + "shtml"
_COUNT_RE = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|page_count|nPageCount|maxpage)\s*[=:]\s*['\"]?(\d{1,6})", re.IGNORECASE
)
_CURRENT_RE = re.compile(
    r"\b(?:currentPage|pageIndex|curPage|nCurrIndex|currIndex|current_page|curr)\s*[=:]\s*['\"]?(\d{1,6})",
    re.IGNORECASE,
)
_BUILT_NAME_RE = re.compile(
    r"""['"\\]([\w/.-]*?)\\?["']?\s*\+\s*\\?["']_\\?["']\s*\+\s*\(?\s*(?:nextPage|currentPage|i\b|_?n\w*Index)[^"'+]*(?:\+\s*1\s*\)?)?\s*\+\s*\\?["']\.?\\?["']?\s*\+?\s*\\?["']?(s?html?|aspx?|jsp|php)"""
)
# enorth: the number of pages is in a script of its own, the pages count down
_ENORTH_SCRIPT_RE = re.compile(r"/system/count/+(\d{7})/0{12}/count_page_list_(\d+)\.js$")
_ENORTH_PAGE_RE = re.compile(r"^(.*/system/count/+)(\d{7})/0{12}/\d{3}/\d{3}/c(\d+)_(\d{9})(\.s?html?)")
_MAXPAGE_RE = re.compile(r"\bmaxpage\s*=\s*(\d{1,9})")


def find_next_pages(root: html.HtmlElement, anchors: Sequence[Anchor], base: str) -> list[str]:
    """Addresses of the later pages of the list on this page, the next one first.

    What the page links as 下一页 wins; pages in between are filled in where the numbers up to 尾页 leave no doubt.
    Then a `<select>` of all pages, then what scripts would write. Empty on the last page and where there is no list.
    """
    scripts = [text for element in root.iter("script") if (text := element.text)]
    for found in (
        _linked_pages(anchors, scripts, base),
        _numbered_pages(anchors, base),
        _select_pages(root, scripts, base),
        _trs_pages(scripts, base),
        _enorth_pages(root, base),
    ):
        pages = [url for url in dict.fromkeys(found) if url != base]
        if pages:
            return pages[:MAX_PAGES]
    return []


def find_pager_urls(anchors: Sequence[Anchor]) -> set[str]:
    """Addresses that only the pager links: 首页 上一页 1 2 3 下一页 尾页 side by side. One word alone is no pager."""
    in_pager: dict[str, bool] = {}
    run: list[Anchor] = []
    for anchor in [*anchors, None]:
        label = find_label(anchor) if anchor else ""
        if anchor and (
            _STEP_RE.match(label) or _NUMBER_RE.match(label) or _NEXT_RE.match(label) or _LAST_RE.match(label)
        ):
            run.append(anchor)
            continue
        for member in run:
            if member.url:
                in_pager[member.url] = in_pager.get(member.url, True) and len(run) > 1
        run.clear()
        if anchor and anchor.url:
            in_pager[anchor.url] = False
    return {url for url, only in in_pager.items() if only}


def _linked_pages(anchors: Sequence[Anchor], scripts: Sequence[str], base: str) -> Iterable[str]:
    following = last = None
    for anchor in anchors:
        label = find_label(anchor)
        if _NEXT_RE.match(label):
            following = following or _target(anchor, scripts, base)
        elif _LAST_RE.match(label):
            last = last or _target(anchor, scripts, base)
    for element in anchors[0].element.getroottree().iter("link") if anchors else ():
        if (element.get("rel") or "").lower() == "next":
            following = following or parse_href(element.get("href") or "", base)
    if following is None or following == base:
        return []
    return [following, *_fill(following, last)]


def find_label(anchor: Anchor) -> str:
    """The words of a short link: its text, its `@title`, or the `@alt` of its picture. Empty where there are none."""
    text = "".join(anchor.element.itertext())[:30].strip() or anchor.element.get("title") or ""
    if not text:
        image = anchor.element.find(".//img")
        text = (image.get("alt") or "") if image is not None else ""
    return text.strip()


def _target(anchor: Anchor, scripts: Sequence[str], base: str) -> str | None:
    """Where a pager link leads, also through `javascript:gotoPage(2)` and `onclick`."""
    if anchor.url:
        return anchor.url
    for code in (anchor.element.get("onclick") or "", anchor.element.get("href") or ""):
        if match := _ONCLICK_URL_RE.search(code):
            return parse_href(match[1], base)
        if match := _CALL_RE.search(code):
            return _evaluate(match[1], match[2], scripts, base)
    return None


def _evaluate(function: str, number: str, scripts: Sequence[str], base: str) -> str | None:
    """The address that a page function goes to: the last `location = "list.jsp?p=" + n` of its body."""
    for script in scripts:
        head = re.search(rf"function\s+{re.escape(function)}\s*\(\s*(\w+)[^)]*\)\s*{{", script)
        if not head:
            continue
        body = script[head.end() : head.end() + 1500]
        name = re.escape(head[1])
        piece = re.compile(
            rf"""location(?:\.href)?\s*=\s*["']([^"']*)["']\s*\+\s*{name}\b(?:\s*\+\s*["']([^"']*)["'])?"""
        )
        if match := piece.search(body):
            return parse_href(match[1] + number + (match[2] or ""), base)
    return None


def _fill(first: str, last: str | None) -> Iterable[str]:
    """The pages between two addresses that differ in one number only, and the last."""
    if not last or last == first:
        return
    step = _single_difference(first, last)
    if step:
        head, start, end, tail, width = step
        if start < end:
            for number in range(start + 1, min(end, start + MAX_PAGES) + 1):
                yield f"{head}{number:0{width}d}{tail}"
        else:  # an index that counts down: tzgg/12.htm, tzgg/11.htm ... tzgg/1.htm
            for number in range(start - 1, max(end, start - MAX_PAGES) - 1, -1):
                yield f"{head}{number:0{width}d}{tail}"


def _single_difference(first: str, last: str) -> tuple[str, int, int, str, int] | None:
    ours, theirs = re.split(r"(\d+)", first), re.split(r"(\d+)", last)
    if len(ours) != len(theirs):
        return None
    places = [i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    if len(places) != 1 or places[0] % 2 == 0 or len(ours[places[0]]) > 6 or len(theirs[places[0]]) > 6:
        return None
    i = places[0]
    width = len(ours[i]) if ours[i].startswith("0") else 1
    return "".join(ours[:i]), int(ours[i]), int(theirs[i]), "".join(ours[i + 1 :]), width


def _select_pages(root: html.HtmlElement, scripts: Sequence[str], base: str) -> Iterable[str]:
    """Options of a `<select>` that goes to a page when changed, from the one after the selected."""
    for select in root.iter("select"):
        options = select.findall(".//option")[: MAX_PAGES * 4]
        values = [(option.get("value") or "").strip() for option in options]
        labels = [" ".join("".join(option.itertext()).split()) for option in options]
        if len(options) < 2 or not all(
            _NUMBER_RE.match(label) or re.match(r"^\d+\s*/\s*\d+$", label) for label in labels
        ):
            continue
        selected = next((i for i, option in enumerate(options) if option.get("selected") is not None), 0)
        if all(value.isdigit() for value in values):
            call = _CALL_RE.sub(r"\1", select.get("onchange") or "")
            name = re.search(r"([A-Za-z_$][\w$]*)\s*\(\s*this", call)
            urls = [_evaluate(name[1], value, scripts, base) if name else None for value in values[selected + 1 :]]
        else:
            urls = [parse_href(value, base) for value in values]
            if base in urls:
                selected = urls.index(base)
            urls = urls[selected + 1 :]
        if found := [url for url in urls if url]:
            return found
    return []


def _trs_pages(scripts: Sequence[str], base: str) -> Iterable[str]:
    for script in scripts:
        match = _TRS_CALL_RE.search(script)
        if match:
            count, current = int(match["count"]), int(match["current"])
            if match["div"]:
                current -= 1
            return _trs_series(match["name"], match["ext"], current, count, base)
        counted, current_match, name = (
            _COUNT_RE.search(script),
            _CURRENT_RE.search(script),
            _BUILT_NAME_RE.search(script),
        )
        if counted and name:
            current = int(current_match[1]) if current_match else 0
            return _trs_series(name[1] or "index", name[2], current, int(counted[1]), base)
    return []


def _trs_series(name: str, ext: str, current: int, count: int, base: str) -> Iterable[str]:
    for number in range(current + 1, min(count, current + MAX_PAGES + 1)):
        url = parse_href(f"{name}_{number}.{ext}", base)
        if url:
            yield url


def _numbered_pages(anchors: Sequence[Anchor], base: str) -> Iterable[str]:
    """Links [1] [2] [3] of one series, from the one after the page itself. The days of a calendar are no series."""
    series = {
        int(match[1]): anchor.url
        for anchor in reversed(anchors)
        if anchor.url and (match := _NUMBER_RE.match(find_label(anchor)))
    }
    if not series or len({find_url_day(url) for url in series.values()}) > 1:
        return []
    own = next((number for number, url in series.items() if url == base), None)
    current = own if own is not None else next(n for n in range(1, len(series) + 2) if n not in series)
    if current + 1 not in series:
        return []
    return [series[number] for number in sorted(series) if number > current]


def _enorth_pages(root: html.HtmlElement, base: str) -> Iterable[str]:
    """enorth: page n links nothing, but n-1 is older; the first page only names the script that knows n."""
    if match := _ENORTH_PAGE_RE.match(base):
        head, channel, full, number, ext = match.groups()
        return [
            _enorth_url(head, channel, full, n, ext)
            for n in range(int(number) - 1, max(0, int(number) - MAX_PAGES), -1)
        ]
    for script in root.iter("script"):
        src = (script.get("src") or "").strip()
        if _ENORTH_SCRIPT_RE.search(src.partition("?")[0]):
            # the one script that is worth fetching as a page: parse_page_count reads it
            url = parse_href(src.partition("?")[0].removesuffix(".js"), base)
            return [url + ".js"] if url else []
    return []


def parse_enorth_count(text: str, url: str) -> list[str]:
    """Pages of an enorth list, newest first, from its count script (`var maxpage = 35;`). Empty for any other file."""
    script, count = _ENORTH_SCRIPT_RE.search(urlsplit(url).path), _MAXPAGE_RE.search(text)
    if not script or not count:
        return []
    head = url[: url.index("/system/count/")] + "/system/count//"
    newest = int(count[1])
    return [_enorth_url(head, script[1], script[2], n, ".shtml") for n in range(newest, max(0, newest - MAX_PAGES), -1)]


def _enorth_url(head: str, channel: str, full: str, number: int, ext: str) -> str:
    digits = f"{number:09d}"
    return f"{head}{channel}/000000000000/{digits[:3]}/{digits[3:6]}/c{full}_{digits}{ext}"
