"""How one page was read, for people: on a terminal or as a web page. Every decision comes from the cleaners' record."""

import html
from collections.abc import Iterator
from dataclasses import dataclass

from cleaners.candidates import Candidate
from cleaners.clean import Explanation
from cleaners.tree import Line
from promo_crawler.terminal import plain

BODY, TITLE, DROPPED, PAGE = "body", "title", "dropped", "page"
_COLOURS = {BODY: "32", TITLE: "1;36", DROPPED: "33", PAGE: "2"}
_SIGNS = {BODY: "+", TITLE: "#", DROPPED: "-", PAGE: " "}
_FIELDS = ("title", "kicker", "subtitle", "published_at", "source", "publisher", "authors", "editors", "reviewers")
_FACTS = ("section", "script", "encoding", "layout", "changes", "content_hash")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one line of the page."""

    number: int
    verdict: str
    rule: str
    text: str


def judge_lines(record: Explanation) -> list[Verdict]:
    """Every line of the page or text with what became of it and the rule that decided."""
    kept = {id(line) for line in record.kept}
    dropped = {id(drop.line): drop.rule for drop in record.dropped}
    title = range(record.headline.start or 0, record.headline.end or 0) if record.headline.start is not None else ()
    body = record.candidates[0] if record.candidates else None

    def judge(number: int, line: Line) -> tuple[str, str]:
        if id(line) in kept:
            return BODY, ""
        if number in title:
            return TITLE, "headline"
        if id(line) in dropped:
            return DROPPED, dropped[id(line)]
        if body and body.start <= number < body.end:
            return DROPPED, line.zone or "inside the body, not article"
        return PAGE, line.zone

    return [Verdict(n, *judge(n, line), line.text) for n, line in enumerate(record.lines) if line.text]


def explain_for_terminal(record: Explanation, colours: bool, all_lines: bool) -> Iterator[str]:
    """The record as lines of text. Without `all_lines`, the page around the article is cut short."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colours else text

    yield paint(plain(record.url or "a text without an address"), "1")
    if record.rejected:
        detail = f" ({record.rejected.detail})" if record.rejected.detail else ""
        yield paint(f"rejected: {record.rejected}{detail}", "1;31")
    yield ""
    for name, value, why in explain_fields(record):
        yield f"  {name:<14}{paint(plain(value), '36')}" + (f"   {paint(plain(why), '2')}" if why else "")
    if record.candidates:
        yield ""
        yield paint("Body: who proposes which lines, the winner first", "1")
    for place, candidate in enumerate(record.candidates):
        sign = ">" if place == 0 else " "
        yield f"  {sign} {paint(_describe(candidate), '32' if place == 0 else '0')}"
    yield ""
    yield paint("Lines: # headline, + body, - dropped from the body (rule), the rest is page", "1")
    skipped = 0
    verdicts = judge_lines(record)
    near = {v.number for v in verdicts if v.verdict != PAGE}
    first, last = (min(near) - 3, max(near) + 3) if near else (0, 40)
    for verdict in verdicts:
        if verdict.verdict == PAGE and not all_lines and not first <= verdict.number <= last:
            skipped += 1
            continue
        rule = f" [{verdict.rule}]" if verdict.rule and verdict.rule != "headline" else ""
        shown = f"{verdict.number:>5} {_SIGNS[verdict.verdict]} {plain(verdict.text)}{rule}"
        yield paint(shown, _COLOURS[verdict.verdict])
    if skipped:
        yield paint(f"      {skipped} more lines of the page (--all shows them)", "2")


def explain_fields(record: Explanation) -> Iterator[tuple[str, str, str]]:
    """Each field with its value and where it came from."""
    article, facts = record.article, record.facts
    whys = dict(facts.origins)
    whys["title"] = record.headline.why
    if record.witnesses:
        first, *others = record.witnesses
        whys["published_at"] = f"{first.origin}: {first.moment.raw}" + "".join(
            f"; also {w.origin}: {w.moment.raw}" for w in others
        )
    whys |= dict.fromkeys(record.named, "the portal's layout")
    for name in _FIELDS if article else ():
        value = getattr(article, name)
        if name == "published_at" and value:
            yield name, f"{value:%Y-%m-%d %H:%M} ({article.published_precision})", whys.get(name, "")  # type: ignore[union-attr]
        else:
            yield name, ("、".join(value) if isinstance(value, tuple) else value) or "-", whys.get(name, "")
    for name in _FACTS if article else ():
        value = getattr(article, name)
        if isinstance(value, dict):
            value = ", ".join(f"{key} {count}" for key, count in value.items())
        yield name, (" > ".join(value) if isinstance(value, tuple) else str(value or "")) or "-", ""


def explain_as_html(record: Explanation) -> str:
    """The record as a web page that needs nothing else: fields, candidates, and the page's lines by verdict."""

    def esc(text: object) -> str:
        return html.escape(plain(str(text)))

    fields = "".join(
        f"<tr><th>{esc(name)}<td>{esc(value)}<td class=why>{esc(why)}" for name, value, why in explain_fields(record)
    )
    candidates = "".join(
        f"<li{' class=won' if place == 0 else ''}>{esc(_describe(candidate))}"
        for place, candidate in enumerate(record.candidates)
    )
    lines = "".join(
        f'<p class="{v.verdict}" title="line {v.number}{esc(": " + v.rule) if v.rule else ""}">{esc(v.text)}'
        + (f"<small>{esc(v.rule)}</small>" if v.rule and v.verdict != PAGE else "")
        for v in judge_lines(record)
    )
    rejected = f"<p class=rejected>rejected: {esc(str(record.rejected))}" if record.rejected else ""
    title = esc(record.url or "a text")
    return f"""<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>
<style>{_STYLE}</style>
<h1>{title}</h1>{rejected}
<table>{fields}</table>
<ol>{candidates}</ol>
<p class=legend><span class=title>headline</span> <span class=body>body</span>
<span class=dropped>dropped from the body</span> <span class=page>page</span></p>
<main>{lines}</main>
</html>
"""


def _describe(candidate: Candidate) -> str:
    text = f"{candidate.layout or 'the whole text'}: lines {candidate.start} to {candidate.end}"
    if candidate.prose:
        text += f", {candidate.prose} characters of prose, score {candidate.score:.0f}"
    if candidate.agreement is not None:
        text += f", agreement with trafilatura {candidate.agreement:.2f}"
    return text + (f" ({candidate.note})" if candidate.note else "")


_STYLE = """
body { font: 16px/1.7 "Noto Sans CJK SC", "PingFang SC", sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color: #1c1c1c; background: #fff }
h1 { font-size: 1.1rem; word-break: break-all }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th { text-align: left; font-weight: 600; padding-right: 1rem; white-space: nowrap; vertical-align: top }
td { border-bottom: 1px solid #eee; word-break: break-word; vertical-align: top } .why { color: #777; font-size: .85em }
ol { padding-left: 1.2rem; color: #777 } ol .won { color: #17692f; font-weight: 600 }
main p, .legend span { margin: .2rem 0; padding: .15rem .7rem; border-left: 4px solid }
.title { background: #e3f1fb; border-color: #1d6fa5; font-weight: 600 }
.body { background: #e8f6ea; border-color: #2c8a47 }
.dropped { background: #fdf1dc; border-color: #d08a1c; color: #6b4a12 }
.page { background: #f4f4f4; border-color: #ccc; color: #888; font-size: .85em }
.rejected { background: #fbe4e4; padding: .5rem 1rem; color: #8f1d1d; font-weight: 600 }
small { float: right; font-size: .75em; opacity: .8 }
"""
