"""Pages made to cost time or memory, and what reading each of them costs: `python -m fuzz.hostile_pages [name ...]`.

Every shape is built and read in a process of its own, so that its memory can be told from that of the others.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from cleaners import RawPage, Rejected, clean_page, clean_text
from promo_crawler.discovery import discover_links

URL = "http://www.qinglan.example/zsyz/202406/t20240612_1024.html"
PROSE = "青澜县赴长三角开展招商推介活动，三天签下七个项目，总投资四十二亿元。"
HEAD = "<html><head><meta charset=utf-8><title>青澜县签约七个项目</title></head><body><h1>青澜县签约七个项目</h1>"
SECONDS, MEGABYTES = 5.0, 500.0
CPU_LIMIT = 20
"""Seconds after which a shape is killed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step made of one shape: `megabytes` are the
    peak of the whole process, `outcome` is `read`, `rejected: <reason>`, or the name of an exception."""

    shape: str
    step: str
    seconds: float
    megabytes: float
    outcome: str


def _page(inside: str) -> bytes:
    return f"{HEAD}<div id=zoom>{inside}</div></body></html>".encode("utf-8", "replace")


def _paragraphs(n: int) -> str:
    return "".join(f"<p>第{i}段。{PROSE}</p>" for i in range(n))


def _links(n: int, kind: str = "<li><a href=/zsyz/202406/t2024{:04}_{}.html>{}</a><span>2024-06-12</span></li>") -> str:
    return "".join(kind.format(i % 1231, i, PROSE[:18]) for i in range(n))


PAGES: dict[str, Callable[[], bytes]] = {
    "100,000 nested div": lambda: _page("<div>" * 100_000 + PROSE),
    "100,000 nested inline": lambda: _page("<b>" * 100_000 + PROSE),
    "1,400 nested div with text in each": lambda: _page(f"<div>{PROSE}" * 1_400),
    "1,400 nested font with text in each": lambda: _page(f"<font>{PROSE}" * 1_400),
    "250 nested div, wide": lambda: _page(("<div>" * 250 + f"<p>{PROSE}</p>" + "</div>" * 250) * 120),
    "unclosed mixed tags": lambda: _page(f"<a href=/x><b><i><font><table><tr><td>{PROSE}" * 3_000),
    "nested a": lambda: _page(f"<a href=/a.html>{PROSE}" * 40_000),
    "50 MB of text": lambda: _page(f"<p>{PROSE}</p>" * 480_000),
    "4.9 MB of text": lambda: _page(_paragraphs(40_000)),
    "4.9 MB in one line": lambda: _page(PROSE * 46_000),
    "10 MB in one line": lambda: _page(PROSE * 95_000),
    "4.9 MB of one letter": lambda: _page("招" * 1_600_000),
    "4.9 MB of digits": lambda: _page("1" * 4_900_000),
    "4.9 MB of blanks": lambda: _page("x" + " " * 4_800_000 + "x"),
    "1 MB of full-width blanks": lambda: _page("招" + "\u3000" * 330_000 + "商"),
    "4.9 MB of brackets": lambda: _page("（" * 1_600_000),
    "1 MB of br": lambda: _page("<br>" * 250_000),
    "short lines": lambda: _page("<p>记者 张三</p>" * 200_000),
    "lines of labels": lambda: _page("<p>来源：青澜日报 作者：张三 责任编辑：李四 2024-06-12 09:26</p>" * 40_000),
    "one line of labels": lambda: _page("来源：青澜日报 作者：张三 责任编辑：李四 2024-06-12 09:26 " * 40_000),
    "one line of names": lambda: _page("本报记者 " + "张三 李四、王五，" * 180_000),
    "lines of dates": lambda: _page("<p>2024年6月12日 09:26</p>" * 130_000),
    "one line of dates": lambda: _page("2024年6月12日09:26 " * 180_000),
    "lines of bullets": lambda: _page("<p>□本报记者 张三 通讯员 李四</p>" * 90_000),
    "pager of 100,000": lambda: _page(_paragraphs(3) + "<script>createPageHTML(100000, 0, 'index', 'html')</script>"),
    "select of 100,000 pages": lambda: _page(
        "<select>" + "".join(f"<option value=index_{i}.html>{i}</option>" for i in range(100_000)) + "</select>"
    ),
    "100,000 pager links": lambda: _page("".join(f"<a href=index_{i}.html>{i}</a> " for i in range(100_000))),
    "45,000 links with dates": lambda: _page(f"<ul>{_links(45_000)}</ul>"),
    "80,000 links in one paragraph": lambda: _page(_links(60_000, "<a href=/a{}/{}.html>{}</a>")),
    "1,000,000 links": lambda: _page("<a href=x>招</a>" * 1_000_000),
    "300,000 links": lambda: _page("<a href=x>招</a>" * 250_000),
    "60,000 hosts": lambda: _page("".join(f"<a href=http://h{i}.a{i}.example/>某某网{i}</a>" for i in range(60_000))),
    "tables in tables": lambda: _page("<table><tr><td>" * 1_000 + PROSE),
    "90 tables in tables, wide": lambda: _page("<table><tr><td>" * 90 + _paragraphs(20_000)),
    "table of 200,000 cells": lambda: _page("<table>" + "<tr><td>1<td>2<td>3<td>招</tr>" * 50_000 + "</table>"),
    "one row of 200,000 cells": lambda: _page("<table><tr>" + "<td>招商</td>" * 200_000 + "</tr></table>"),
    "10,000 data tables": lambda: _page("<table><tr><td>甲<td>乙<tr><td>1<td>2</table>" * 20_000),
    "tables in a data table": lambda: _page("<table><tr><td>甲<td>乙" * 40_000),
    "1,000,000 attributes": lambda: _page("<p " + "".join(f"a{i}=1 " for i in range(500_000)) + f">{PROSE}</p>"),
    "one attribute of 4 MB": lambda: _page(f'<p class="{"nav " * 1_000_000}">{PROSE}</p>'),
    "class of 4 MB of letters": lambda: _page(f'<p class="{"a" * 4_000_000}">{PROSE}</p>'),
    "style of 4 MB": lambda: _page(f'<p style="{"display " * 500_000}">{PROSE}</p>'),
    "style of blanks": lambda: _page(f'<p style="white-space{" " * 4_000_000}">{PROSE}</p>'),
    "one href of 4 MB": lambda: _page(f'<a href="/{"a/" * 2_000_000}.html">{PROSE}</a>'),
    "hrefs of 40 kB": lambda: _page(f'<a href="/{"../" * 13_000}a.html">{PROSE}</a>' * 100),
    "title of 4 MB": lambda: f"<title>{'招商_' * 700_000}</title><p>{PROSE * 9}</p>".encode(),
    "title of separators": lambda: f"<title>{'-_|' * 1_000_000}</title><p>{PROSE * 9}</p>".encode(),
    "meta of 4 MB": lambda: f"<meta name=keywords content='{'招商,' * 600_000}'>{HEAD}<p>{PROSE * 9}".encode(),
    "200,000 metas": lambda: ("<meta name=a content=b>" * 200_000 + f"<p>{PROSE * 9}").encode(),
    "headline of 1 MB": lambda: f"<h1>{PROSE * 10_000}</h1><div id=zoom>{PROSE * 9}</div>".encode(),
    "100,000 headlines": lambda: _page("<h1>招商引资大会召开</h1>" * 100_000),
    "crumbs without end": lambda: f"{HEAD}<p>{'首页 > ' * 200_000}正文</p><div id=zoom>{PROSE * 9}".encode(),
    "NUL bytes": lambda: _page("\x00".join(PROSE * 40_000)),
    "only NUL": lambda: b"\x00" * 4_900_000,
    "control characters": lambda: _page("\x01\x1b[31m\x9b" * 400_000 + PROSE),
    "zero-width joiners": lambda: _page("\u200d\u200c\ufe0f" * 500_000 + PROSE),
    "private use": lambda: _page("\ue123张" * 700_000),
    "lost characters": lambda: _page("\ufffd招" * 700_000),
    "one lost character in four": lambda: _page("\ufffd招商引" * 400_000),
    "UTF-16 cut in half": lambda: b"\xff\xfe" + _page(_paragraphs(9)).decode().encode("utf-16-le")[:-1],
    "UTF-16 of surrogates": lambda: b"\xff\xfe" + b"\x00\xd8" * 2_000_000,
    "UTF-16 BE noise": lambda: b"\xfe\xff" + Random(1).randbytes(4_000_000),
    "noise": lambda: Random(2).randbytes(4_900_000),
    "noise as GB18030": lambda: b"<meta charset=gbk>" + Random(3).randbytes(4_800_000),
    "noise of high bytes": lambda: b"<meta charset=gbk>" + bytes(Random(4).choices(range(0x81, 0xFF), k=4_000_000)),
    "charset declared 10,000 times": lambda: b"<meta charset=" * 340_000 + b"\xff",
    "a declared charset of no text": lambda: b'<meta charset="rot13"><p>' + "招商".encode("gb18030") * 900,
    "1,000,000 references": lambda: _page("&#25307;" * 600_000),
    "references in references": lambda: _page("&" + "amp;" * 1_000_000 + "ldquo;"),
    "references never closed": lambda: _page("&amp;#8220" * 450_000),
    "ampersands": lambda: _page("&amp;" * 900_000),
    "escapes": lambda: _page("\\n\\t\\u62db" * 350_000),
    "billion laughs": lambda: _laughs("<html><body><p>&l9;</p></body></html>"),
    "feed of a billion laughs": lambda: _laughs("<rss><item><title>&l9;</title><link>/a</link></item></rss>"),
    "feed with an external entity": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<rss><channel><item><title>&x;</title><link>http://www.qinglan.example/a.html</link></item></channel></rss>"
    ),
    "feed of 60,000 entries": lambda: (
        "<?xml version='1.0'?><rss><channel>"
        + "<item><title>招商引资</title><link>/zsyz/1.html</link></item>" * 60_000
        + "</channel></rss>"
    ).encode(),
    "sitemap of 100,000": lambda: (
        "<?xml version='1.0'?><urlset>" + "".join(f"<url><loc>/a/{i}.html</loc></url>" for i in range(100_000))
    ).encode(),
    "nested feed": lambda: b"<rss>" + b"<item>" * 500_000,
    "records of Hanweb": lambda: (
        "<datastore><nextgroup><![CDATA[<a href=/a>]]></nextgroup><recordset>"
        + "<record><![CDATA[<li><a href=/art/1.html>招商引资</a>2024-06-12</li>]]></record>" * 40_000
    ).encode(),
    "records never closed": lambda: b"<datastore>" + b"<record><![CDATA[" * 280_000,
    "comments never closed": lambda: _page("<!--" * 1_000_000),
    "comments": lambda: _page("<!-- x -->" * 480_000 + PROSE),
    "CDATA never closed": lambda: _page("<![CDATA[" * 500_000),
    "processing instructions": lambda: _page("<?" * 2_000_000),
    "scripts never closed": lambda: _page("<script>" * 600_000),
    "script of 4 MB": lambda: _page(f"<script>{'createPageHTML(' * 300_000}</script>{PROSE * 9}"),
    "script of digits": lambda: _page(f"<script>var countPage = {'9' * 4_000_000}//共</script>{PROSE * 9}"),
    "200,000 pictures": lambda: _page("<p><img src=/a.jpg alt=招商></p>" * 150_000 + _paragraphs(9)),
    "pictures and captions": lambda: _page(f"<p><img src=/a.jpg></p><p>图为{PROSE[:12]}</p>" * 50_000),
    "data: picture of 4 MB": lambda: _page(f"<img src='data:image/png;base64,{'A' * 4_000_000}'>{_paragraphs(9)}"),
    "200,000 small blocks": lambda: _page("<div><span>招</span></div>" * 180_000),
    "ids of containers": lambda: ("<div id=zoom><p>招商引资" * 1_400 + "</div>" * 1_400 + f"{PROSE * 30}").encode(),
    "20,000 containers": lambda: (HEAD + f"<div id=zoom class=content>{PROSE}</div>" * 20_000).encode(),
    "pinyin": lambda: _page("項目建設(shè)" * 250_000),
    "pinyin never closed": lambda: _page("項(shè" * 500_000),
    "GBK read late": lambda: _page("?!罢猩痰牡谝徊绞恰疅o" * 80_000),
    "mojibake": lambda: _page("æ‹›å•†" * 250_000),
    "Traditional": lambda: _page("項目建設與招商引資並進，縣裡發佈" * 95_000),
    "punctuation": lambda: _page("，。！？；：" * 260_000),
    "ASCII marks between Han": lambda: _page("招,商.引;资:" * 230_000),
    "quotes": lambda: _page('"招"' * 900_000),
    "quotes never closed": lambda: _page("“招" * 750_000),
    "dots": lambda: _page("." * 4_800_000),
    "dashes": lambda: _page("招-" * 1_200_000),
    "combining marks": lambda: _page("e" + "\u0301" * 2_000_000),
    "combining marks out of order": lambda: _page("e" + "\u0301\u0316" * 1_000_000),
    "syllables of Hangul": lambda: _page("\u1100\u1161" * 800_000),
}  # fmt: skip

TEXTS: dict[str, Callable[[], str]] = {
    "text: lone surrogates": lambda: (PROSE + "\ud800\udc00\udfff") * 20_000,
    "text: one line of 10 MB": lambda: PROSE * 95_000,
    "text: 1,000,000 lines": lambda: "招商\n" * 1_000_000,
    "text: 50 MB": lambda: f"{PROSE}\n" * 480_000,
    "text: separators of all kinds": lambda: "招商\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" * 150_000,
    "text: noise": lambda: "".join(map(chr, Random(5).choices(range(0x20, 0x3000), k=1_000_000))),
    "text: Han noise": lambda: "".join(map(chr, Random(6).choices(range(0x4E00, 0x9FFF), k=1_000_000))),
}


def _laughs(document: str) -> bytes:
    name = "rss" if "<rss" in document else "html"
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE {name} [<!ENTITY l0 "招商">{entities}]>{document}'.encode()


Step = tuple[str, Callable[[], object]]


def steps_of(shape: str) -> Iterator[Step]:
    """The shape, built, with every step that may meet it."""
    if shape in TEXTS:
        text = TEXTS[shape]()
        yield "clean_text", lambda: clean_text(text)
        return
    yield from steps_of_body(PAGES[shape]())


def steps_of_body(body: bytes) -> Iterator[Step]:
    page = RawPage(url=URL, body=body)
    yield "clean_page", lambda: clean_page(page)
    yield "discover_links", lambda: discover_links(page)
    if len(body) <= 10_500_000:  # DOWNLOAD_MAXSIZE: what a text saved by a crawl can have
        text = body.decode("utf-8", "replace")
        yield "clean_text", lambda: clean_text(text)


def measure(shape: str) -> list[Cost]:
    """Costs of one shape, each step in a process of its own, killed at CPU_LIMIT."""
    return [_in_a_child(shape, steps_of, shape, number) for number in range(1 if shape in TEXTS else 3)]


def measure_body(name: str, body: bytes) -> list[Cost]:
    """The same for a page that is made already."""
    return [_in_a_child(name, steps_of_body, body, number) for number in range(3)]


def _in_a_child(shape: str, make: Callable[[Any], Iterator[Step]], of: object, number: int) -> Cost:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
        os.write(writing, json.dumps(_run_step(make(of), number)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    step, seconds, outcome, megabytes = json.loads(said) if said else ("?", float(CPU_LIMIT), "killed", 0.0)
    return Cost(shape, step, seconds, megabytes, outcome)


def _run_step(made: Iterator[Step], number: int) -> tuple[str, float, str, float]:
    steps = list(made)
    if number >= len(steps):
        return "", 0.0, "left out", 0.0
    name, step = steps[number]
    began = time.process_time()
    try:
        step()
        outcome = "read"
    except Rejected as no:
        outcome = f"rejected: {no.reason}"
    except BaseException as error:  # every other exception is what is looked for
        outcome = f"{type(error).__name__}: {error}"[:200]
    return name, time.process_time() - began, outcome, _peak()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def is_beyond_bounds(cost: Cost) -> bool:
    """More than 5 s or 500 MB, or another exception than Rejected."""
    known = cost.outcome in ("read", "left out") or cost.outcome.startswith("rejected: ")
    return not known or cost.seconds > SECONDS or cost.megabytes > MEGABYTES


def measure_all(shapes: Iterable[str] = ()) -> Iterator[Cost]:
    for shape in shapes or (*PAGES, *TEXTS):
        yield from (cost for cost in measure(shape) if cost.outcome != "left out")


def main(arguments: list[str]) -> None:
    as_json = "--json" in arguments
    for cost in measure_all([name for name in arguments if name != "--json"]):
        if as_json:
            print(json.dumps(asdict(cost), ensure_ascii=False), flush=True)
            continue
        sign = "!" if is_beyond_bounds(cost) else " "
        print(
            f"{sign} {cost.seconds:7.2f} s {cost.megabytes:6.0f} MB  {cost.step:<15}{cost.shape:<42}{cost.outcome}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
