"""The other pages of a list: linked, in a `<select>`, or made by a script (`page_scripts`)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml import html

from promo_crawler.anchors import Anchor
from promo_crawler.links import parse_href
from promo_crawler.page_scripts import MAX_PAGES, Jumps, find_built_pages, find_enorth_pages
from promo_crawler.url_shapes import find_url_day, url_template

_NEXT_RE = re.compile(r"^\W*(?:下一页|下页|后一页|后页|下一頁|翻下页|next(?:\s*page)?)\W*[\d/]*\W*$", re.IGNORECASE)
_LAST_RE = re.compile(r"^\W*(?:尾页|末页|最后一页|最末页|last)\W*$", re.IGNORECASE)
_STEP_RE = re.compile(r"^\W*(?:首页|第一页|上一页|上页|前一页|前页|prev(?:ious)?|first|[<‹«]{1,2})\W*$", re.IGNORECASE)
# the next page on one portal and the next ten pages on another: asked after the numbers
_ARROW_RE = re.compile(r"^[>›»＞]{1,2}$")
_NUMBER_RE = re.compile(r"^\W*第?\s*(\d{1,5})\s*(?:页|/\s*\d+)?\W*$")
_NEXT_CLASS_RE = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)
_THIS_RE = re.compile(r"\(\s*this[^)]*\)")
_MAX_CODE, _MAX_OPTIONS = 1_000, 2_000
"""Characters of an event handler, and options of a `<select>` of pages."""


def find_next_pages(root: html.HtmlElement, anchors: Sequence[Anchor], url: str, base: str) -> list[str]:
    """Addresses of the later pages of the list on this page, the next one first; at most `MAX_PAGES`.

    What the page links as 下一页 wins, then numbers, arrows, a `<select>` of pages, and last what a script would
    write. The pages up to 尾页 are filled in where one number alone differs. Empty on the last page and where there
    is no list. `url` is the page's own address, `base` what its links are relative to.
    """
    scripts = [text for element in root.iter("script") if (text := element.text)]
    jumps = Jumps(scripts, base)
    found = (
        _linked_pages(root, anchors, jumps, url, base)
        or _numbered_pages(anchors, url)
        or _arrow_pages(anchors, jumps, base)
        or _select_pages(root, jumps, url, base)
        or find_built_pages(scripts, url, base)
        or find_enorth_pages(root, url, base)
    )
    return [page for page in dict.fromkeys(found) if page != url][:MAX_PAGES]


def find_pager_urls(anchors: Sequence[Anchor]) -> list[str]:
    """Addresses that only the pager links: 首页 上一页 1 2 3 下一页 尾页 side by side.

    One such word alone is no pager: 首页 starts a breadcrumb.
    """
    only: dict[str, bool] = {}
    in_pager = {id(anchor) for run in _pager_runs(anchors) if len(run) > 1 for anchor in run}
    for anchor in anchors:
        if anchor.url:
            only[anchor.url] = only.get(anchor.url, True) and id(anchor) in in_pager
    return [url for url, is_only in only.items() if is_only]


def _pager_runs(anchors: Iterable[Anchor]) -> Iterable[list[Anchor]]:
    """Links side by side whose words are those of a pager."""
    run: list[Anchor] = []
    for anchor in anchors:
        label = _label(anchor)
        if any(pattern.match(label) for pattern in (_STEP_RE, _NUMBER_RE, _NEXT_RE, _LAST_RE, _ARROW_RE)):
            run.append(anchor)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _label(anchor: Anchor) -> str:
    # older systems set words wide: 下 一 页
    return "".join(anchor.label.split())


def _target(anchor: Anchor, jumps: Jumps, base: str) -> str | None:
    """Where a pager link leads, also through `javascript:gotoPage(2)`."""
    if anchor.url:
        return anchor.url
    codes = ((anchor.element.get(name) or "")[:_MAX_CODE] for name in ("onclick", "href"))
    return next((found for code in codes if (found := jumps.resolve(code))), None)


def _linked_pages(root: html.HtmlElement, anchors: Sequence[Anchor], jumps: Jumps, url: str, base: str) -> list[str]:
    following = last = None
    for anchor in anchors:
        label = _label(anchor)
        if _NEXT_RE.match(label):
            following = following or _target(anchor, jumps, base)
        elif _LAST_RE.match(label):
            last = last or _target(anchor, jumps, base)
    if following is None:
        for element in root.iter("link"):
            if (element.get("rel") or "").lower() == "next":
                following = parse_href(element.get("href") or "", base)
    return [following, *_fill(following, last)] if following and following != url else []


def _arrow_pages(anchors: Sequence[Anchor], jumps: Jumps, base: str) -> list[str]:
    for anchor in anchors:
        label = _label(anchor)
        is_named_next = not label and _NEXT_CLASS_RE.search(anchor.element.get("class") or "")
        if (_ARROW_RE.match(label) or is_named_next) and (found := _target(anchor, jumps, base)):
            return [found]
    return []


def _fill(first: str, last: str | None) -> Iterable[str]:
    """The pages after `first` up to `last`, which differ in one number only.

    Some count down: tzgg/12.htm ... tzgg/1.htm.
    """
    ours, theirs = re.split(r"(\d+)", first), re.split(r"(\d+)", last or "")
    places = [i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]]
    if len(ours) != len(theirs) or len(places) != 1 or places[0] % 2 == 0:
        return
    place = places[0]
    if max(len(ours[place]), len(theirs[place])) > 6:
        return
    start, end = int(ours[place]), int(theirs[place])
    width = len(ours[place]) if ours[place].startswith("0") else 1
    step = 1 if start < end else -1
    for number in range(start + step, end + step, step)[:MAX_PAGES]:
        yield "".join([*ours[:place], f"{number:0{width}d}", *ours[place + 1 :]])


def _numbered_pages(anchors: Sequence[Anchor], url: str) -> list[str]:
    """Links [1] [2] [3] of one series, from the one after the page itself.

    The days of a calendar are no series, nor are the numbers of comments that stand beside headlines.
    """
    series: dict[int, str | None] = {}
    runs = list(_pager_runs(anchors))
    pagers = [run for run in runs if len(run) > 1 or (len(runs) == 1 and _is_second_page(run[0], url))]
    for anchor in (anchor for run in pagers for anchor in run):
        if match := _NUMBER_RE.match(_label(anchor)):
            series.setdefault(int(match[1]), anchor.url)
    linked = {number: target for number, target in series.items() if target}
    days, templates = ({of(target) for target in linked.values()} for of in (find_url_day, url_template))
    if not linked or len(days) > 1 or len(templates) > 2:  # two, because the first page may have no number
        return []
    current = _current_number(series, url)
    if current is None or current + 1 not in linked:
        return []
    return [linked[number] for number in sorted(linked) if number > current]


def _is_second_page(anchor: Anchor, url: str) -> bool:
    """Whether a number that stands alone is the pager of a list of two pages: 1 [2]. Two comments have another host."""
    is_near = bool(anchor.url) and urlsplit(anchor.url or "").hostname == urlsplit(url).hostname
    return is_near and _label(anchor).strip("[]") == "2"


def _current_number(series: Mapping[int, str | None], url: str) -> int | None:
    """The page that is shown: its number has the page's address, or is no link: 7 in [5 6 8 9], 1 in [2 3]."""
    for number, target in series.items():
        if target == url:
            return number
    gaps = [n + 1 for n in series if n + 1 not in series and n + 2 in series]
    if len(gaps) == 1:
        return gaps[0]
    dead = [number for number, target in series.items() if target is None]
    if len(dead) == 1:
        return dead[0]
    return None if gaps or 1 in series else min(series) - 1


def _select_pages(root: html.HtmlElement, jumps: Jumps, url: str, base: str) -> list[str]:
    """Options of a `<select>` of pages, from the one after the selected; their values are addresses or numbers."""
    for select in root.iter("select"):
        shown = islice(select.iter("option"), _MAX_OPTIONS)
        options = [o for o in shown if _NUMBER_RE.match(" ".join("".join(o.itertext()).split()[:9]))]
        if len(options) < 2:
            continue
        values = [(option.get("value") or "").strip() for option in options]
        if all(value.isdigit() for value in values):
            change = (select.get("onchange") or "")[:_MAX_CODE]
            targets = [jumps.resolve(_THIS_RE.sub(f"({value})", change)) for value in values]
        else:
            targets = [parse_href(value, base) for value in values]
        selected = next((i for i, option in enumerate(options) if option.get("selected") is not None), 0)
        if url in targets:
            selected = targets.index(url)
        if found := [target for target in targets[selected + 1 :] if target]:
            return found
    return []
