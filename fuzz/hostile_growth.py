"""Hostile pages of any size, and how their cost grows with it: `python -m fuzz.hostile_growth [name ...]`.

What costs more than in proportion to its size will be too much at some size; the bounds of the other hundred shapes
(`hostile_pages`) show only that it is not too much at one.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import count

from fuzz.hostile_pages import HEAD, PROSE, Cost, is_beyond_bounds, measure_body

SIZES = (100_000, 1_000_000, 4_900_000, 7_900_000)
"""Bytes; the last is beyond what `clean_page` reads, and below what `discover_links` does."""
ALLOWED_GROWTH = 1.6
"""Times the growth of the size, between two sizes that both take more than LEAST."""
LEAST = 0.4
"""Seconds."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅"
INFO = "<p>2024-06-12 09:26 来源：青澜日报</p>"


def _name(i: int) -> str:
    return SURNAMES[i % 20] + GIVEN[i // 20 % 30] + GIVEN[i // 600 % 30]


def _fill(
    size: int,
    unit: str | Callable[[int], str],
    before: str = "",
    after: str = "",
    *,
    head: str = HEAD,
    encoding: str = "utf-8",
) -> bytes:
    """A page whose middle is the unit over and over; a function makes each one different."""
    first, last = (head + before).encode(encoding, "replace"), after.encode(encoding, "replace")
    room = size - len(first) - len(last)
    if isinstance(unit, str):
        one = unit.encode(encoding, "replace")
        return first + one * (room // len(one)) + last
    pieces, used = list[bytes](), 0
    for i in count():
        one = unit(i).encode(encoding, "replace")
        used += len(one)
        if used > room:
            return first + b"".join(pieces) + last
        pieces.append(one)
    raise AssertionError


ZOOM = "<div id=zoom>"
TEXT = f"<div id=zoom><p>{PROSE * 4}</p><p>{PROSE * 3}</p></div>"
LONE = f"<p>{PROSE * 3}</p>"
NEXT = "<a href='javascript:{}(2)'>下一页</a>"

SHAPES: dict[str, Callable[[int], bytes]] = {
    # lines of one kind, each different
    "distinct info lines above": lambda n: _fill(
        n, lambda i: f"<p>2024-06-12 09:{i % 60:02} 来源：青澜日报{i}</p>", after=TEXT
    ),
    "distinct bylines in the text": lambda n: _fill(n, lambda i: f"<p>□本报记者 {_name(i)}</p>", ZOOM + LONE, LONE * 9),
    "distinct editors below": lambda n: _fill(n, lambda i: f"<p>责任编辑：{_name(i)}</p>", TEXT),
    "distinct reviewers above": lambda n: _fill(n, lambda i: f"<p>审核：{_name(i)}</p>", after=TEXT),
    "headings": lambda n: _fill(n, lambda i: f"<h2>第{i}个项目开工</h2><p>2024-06-12 来源：青澜日报</p>", after=TEXT),
    "related headings": lambda n: _fill(n, "<p>相关新闻</p>", ZOOM + LONE * 9),
    "related headings and prose": lambda n: _fill(n, f"<p>相关新闻：</p><p>{PROSE}</p>", ZOOM + LONE),
    "statements": lambda n: _fill(n, "<p>免责声明</p><p>相关链接</p>", ZOOM + LONE * 9),
    "attachments": lambda n: _fill(
        n, lambda i: f"<p><a href=/a/{i}.html>青澜县项目申报表第{i}号</a></p>", f"{ZOOM}{LONE}<p>附件</p>"
    ),
    "equal paragraphs": lambda n: _fill(n, f"<p>{PROSE}</p>", ZOOM),
    "leads": lambda n: _fill(n, f"<p>摘要：{PROSE}</p>", ZOOM),
    "crumbs": lambda n: _fill(n, "<p>首页 &gt; 要闻 &gt; 正文</p>", after=TEXT),
    "speakers": lambda n: _fill(n, lambda i: f"<p>{_name(i)}：今年签约{i}个项目，请问如何？</p>", ZOOM),
    "document rows": lambda n: _fill(n, "<p>索引号：0001</p><p>发文机关：县政府</p>", after=TEXT),
    "letters": lambda n: _fill(n, "<p>来信内容：路灯</p>", after=TEXT),
    "chronicle": lambda n: _fill(n, lambda i: f"<p>2024年{i % 12 + 1}月{i % 28 + 1}日</p>", ZOOM, LONE),
    # one line
    "one line of dates above": lambda n: _fill(n, "2024-06-12 09:26 ", "<p>发布时间 ", f"</p>{TEXT}"),
    "one line of labels above": lambda n: _fill(n, lambda i: f"作者：{_name(i)} ", "<p>", f"</p>{TEXT}"),
    "one line of items": lambda n: _fill(n, "招(1)", f"{ZOOM}<p>", "</p>"),
    "one line of shares": lambda n: _fill(n, "招25%,50", f"{ZOOM}<p>", "</p>"),
    "one line of addresses": lambda n: _fill(n, "http://a.cn/x?y=1,2&z;", f"{ZOOM}<p>招商", "</p>"),
    "one address": lambda n: _fill(n, "a,1;", f"{ZOOM}<p>招商 http://a.cn/", "</p>"),
    "full-width digits": lambda n: _fill(n, "１２３，", f"{ZOOM}<p>招商", "</p>"),
    "emoji and joiners": lambda n: _fill(n, "\U0001f468\u200d\U0001f469\ufe0f", f"{ZOOM}<p>招商", "</p>"),
    "brackets that nest": lambda n: _fill(n, "招（", f"{ZOOM}<p>", "</p>"),
    "brackets of ASCII that close": lambda n: _fill(n, "a)招", f"{ZOOM}<p>{'(' * (n // 20)}", "</p>"),
    "hyphens in a bracket": lambda n: _fill(n, "-", f"{ZOOM}{LONE}<p>签约项(Aaa", f"1)招商</p>{LONE}"),
    "escaped line ends": lambda n: _fill(n, "\\r\\n", f"{ZOOM}{LONE}<p>", f"a</p>{LONE}"),
    "escapes and shifted GBK": lambda n: _fill(n, "?!罢猩痰牡谝徊绞恰疅o<br>\\n\\n", ZOOM),
    "shifted runs that end in a lost byte": lambda n: _fill(n, "招。“商?罢猩\ufffd", ZOOM),
    "Traditional quotations": lambda n: _fill(n, "“項目建設與招商”这个项目为", ZOOM),
    "tildes and ellipses": lambda n: _fill(n, "招~16~20…⋯。。。--—", ZOOM),
    "single quotes": lambda n: _fill(n, "'招商引资", ZOOM),
    "semicolons of code": lambda n: _fill(n, ";var{", ZOOM),
    "tags as text": lambda n: _fill(n, "&lt;b class=x&gt;", ZOOM),
    "blanks as references in the title": lambda n: _fill(n, "&amp;nbsp;", head="<title>招商", after=f"</title>{TEXT}"),
    "title of blanks": lambda n: _fill(n, "\xa0", head="<title>招商", after=f"引资</title>{TEXT}"),
    "title of hyphens": lambda n: _fill(n, "招-", head="<title>", after=f"</title>{TEXT}"),
    # names, attributes, elements
    "class of underlines": lambda n: _fill(n, "_", "<p class='", f"'>青澜县招商引资推进会召开</p>{INFO}{TEXT}"),
    "style of display": lambda n: _fill(n, "display\t", "<p style='", f"'>青澜县招商</p>{TEXT}"),
    "style of blank marks": lambda n: _fill(n, "white-space :", "<p style='", f"'>青澜县招商</p>{TEXT}"),
    "footers in footers": lambda n: _fill(n, "<p>青澜</p>", TEXT + "<div class=footer>" * 1_400),
    "boxes below the info line": lambda n: _fill(
        n, "<p>青澜</p>", INFO + "<div>" * 1_400, "</div>" * 1_400 + TEXT * 30
    ),
    "headings around nothing": lambda n: _fill(n, "<b></b>", f"{TEXT}{'<h1><div>' * 600}"),
    "cells around nothing": lambda n: _fill(n, "<b></b>", f"{TEXT}<table><tr>{'<td><div>' * 600}"),
    "teasers of many makes": lambda n: _fill(
        n,
        lambda i: f"<div class=c{i // 3 if i % 3 else i * 7 % 9_973}><p><a href=/{i}.html>青澜项目</a><p>{PROSE}</div>",
        TEXT,
    ),
    "containers": lambda n: _fill(n, lambda i: f"<article><p>{_name(i)}{PROSE}</p></article>", INFO),
    "empty inline elements": lambda n: _fill(n, "<i></i>", f"<div><p>{PROSE * 3}", "</p></div>"),
    "empty elements beside short text": lambda n: _fill(n, "<div></div>", f"<div><p>{PROSE * 3}</p>", "</div>"),
    "links beside short text": lambda n: _fill(n, "<a href=/a>招</a> ", f"<div><p>{PROSE * 3}</p>", "</div>"),
    "refresh of blanks": lambda n: _fill(n, " ", "<meta http-equiv=refresh content='", f"'>{TEXT}"),
    "scripts": lambda n: _fill(n, "<script>var a='2024-06-12'</script>", after=TEXT),
    "styles": lambda n: _fill(n, "<style>p{color:red}</style>", after=TEXT),
    "selects": lambda n: _fill(n, "<select><option value=1>1<option value=2>2</select>", after=TEXT),
    "metas, all different": lambda n: _fill(
        n, lambda i: f"<meta name=m{i} content=2024-06-{i}>", head="", after=HEAD + TEXT
    ),
    "canonical links": lambda n: _fill(n, "<link rel=canonical href=/a.html>", head="", after=HEAD + TEXT),
    "pictures without captions": lambda n: _fill(n, lambda i: f"<img src=/a/{i}.jpg>", ZOOM + LONE, LONE),
    "picture far up": lambda n: _fill(n, "../", f"{ZOOM}{LONE}<img src='", f"a.jpg'>{LONE}"),
    "definition lists": lambda n: _fill(n, "<dl><dt>招商<dd>引资", ZOOM + LONE),
    "forms in forms": lambda n: _fill(n, "<form><input type=password>", after=TEXT),
    "frames": lambda n: _fill(n, "<iframe src=/a.html></iframe>", after=TEXT),
    "ruby": lambda n: _fill(n, "<ruby>招<rt>zhāo</rt></ruby>", ZOOM),
    "line breaks in a pre": lambda n: _fill(n, "招\n", f"{ZOOM}<pre>"),
    # what only the search for links reads
    "select with a function": lambda n: _fill(
        n // 2,
        lambda i: f"<option value={i}>{i}",
        f"<script>{'var a = 1; ' * (n // 22)}</script><select onchange='go(this.value)'>",
    ),
    "functions": lambda n: _fill(
        n, lambda i: f"function f{i}(a){{location='/a_'+b}}", "<script>", f"</script>{NEXT.format('f9')}"
    ),
    "functions never closed": lambda n: _fill(n, "function a(b ", "<script>", f"</script>{NEXT.format('a')}"),
    "next pages of no function": lambda n: _fill(
        n, NEXT.format("go"), "<script>function g(a){location='/a_'+a}</script>"
    ),
    "calls with strings": lambda n: _fill(n, "a('b', ", "<script>", "</script>"),
    "links with long neighbours": lambda n: _fill(n, f"<a href=/a.html>招</a>{PROSE}<br>2024-06-12"),
    "document types in a feed": lambda n: _fill(n, "<!DOCTYPE ", "<item>", head="<?xml version='1.0'?><rss>"),
    "groups in records": lambda n: _fill(n, "<nextgroup><![CDATA[<a ", head="<datastore><recordset>"),
    "titles in items": lambda n: _fill(n, "招 ", "<item><link>/1.html</link><title>" * 80, head="<rss>"),
    "entry of many parts": lambda n: _fill(n, "<category>招</category>", "<item><title>招</title>", head="<rss>"),
    # encodings
    "UTF-16 without a mark": lambda n: _fill(n, f"<p>{PROSE}</p>", encoding="utf-16-le"),
    "UTF-7": lambda n: _fill(n, "+Yxtb,", "<meta charset=utf-7>", head=""),
    "another encoding each line": lambda n: (
        b"<meta charset=gbk>" + (PROSE.encode() + b"<br>" + PROSE.encode("gb18030") + b"<br>") * (n // 185)
    ),
    "GBK cut in half": lambda n: b"<meta charset=gbk><p>" + "招商引资".encode("gb18030")[1:] * (n // 8),
    "HZ": lambda n: _fill(n, "~{VPIL~}", "<meta charset=hz-gb-2312>", head=""),
    "ISO-2022": lambda n: b"<meta charset=iso-2022-jp>" + b"\x1b$B>7\x1b(B" * (n // 8) + b"\xff",
}  # fmt: skip


def measure_growth(shape: str) -> Iterator[tuple[int, Cost]]:
    for size in SIZES:
        for cost in measure_body(shape, SHAPES[shape](size)):
            yield size, cost


def is_too_much(cost: Cost, smaller: Cost | None, times: float) -> bool:
    """Beyond the bounds, or growing faster than the size."""
    grows = smaller is not None and smaller.outcome == cost.outcome == "read" and smaller.seconds > LEAST
    too_fast = grows and smaller is not None and cost.seconds > ALLOWED_GROWTH * times * smaller.seconds
    return is_beyond_bounds(cost) or bool(too_fast)


def main(shapes: list[str]) -> None:
    for shape in shapes or SHAPES:
        last: dict[str, tuple[int, Cost]] = {}
        for size, cost in measure_growth(shape):
            known = last.get(cost.step)
            sign = "!" if is_too_much(cost, known[1] if known else None, size / known[0] if known else 1.0) else " "
            last[cost.step] = size, cost
            print(
                f"{sign} {size / 1e6:4.1f} MB {cost.seconds:7.2f} s {cost.megabytes:6.0f} MB  {cost.step:<15}"
                f"{shape:<38}{cost.outcome}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
