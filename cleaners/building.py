"""The article in normal form, out of the record of how its page was read."""

from collections.abc import Iterable

from cleaners.explanation import Explanation
from cleaners.fingerprint import content_hash
from cleaners.images import find_images
from cleaners.info_lines import kept_span
from cleaners.names import parse_names, parse_source
from cleaners.normalize import normalize_text
from cleaners.rejects import MIN_LETTERS, count_letters
from cleaners.schema import CLEANER_VERSION, Article, Image, Rejected, RejectReason, Script
from cleaners.section import find_section
from cleaners.tree import Line
from cleaners.urls import canonical_url


def build_article(record: Explanation) -> Article:
    """Everything in normal form."""
    form = record.form
    keeps_script = not form.script and record.script in (Script.HANT, Script.MIXED)
    kept = [(keeps_script and line.own) or line.text for line in record.kept]
    text = normalize_text("\n".join(kept), width=form.width, punctuation=form.punctuation)
    if count_letters(text) < MIN_LETTERS:
        raise Rejected(RejectReason.NO_BODY)
    named, facts, headline = record.named, record.facts, record.headline
    moment = record.witnesses[0].moment if record.witnesses else None
    title = named.get("title") or headline.title
    crumbs = [line.text for line in record.lines[: record.candidates[0].start + 8]]

    def normal(value: str | None) -> str | None:
        if not value:
            return None
        value = _in_own_script(value, record.lines) if keeps_script else value
        return " ".join(normalize_text(value, width=form.width, punctuation=form.punctuation).split()) or None

    def names(values: Iterable[str]) -> tuple[str, ...]:
        return tuple(_in_own_script(value, record.lines) if keeps_script else value for value in values)

    images = find_images(record.pictures, record.lines, kept_span(record), record.url or "")
    return Article(
        url=record.url,
        canonical_url=canonical_url(record.url) if record.url else None,
        portal=record.portal,
        title=normal(title),
        kicker=normal(named.get("kicker") or headline.kicker),
        subtitle=normal(named.get("subtitle") or headline.subtitle),
        text=text,
        published_at=moment.when if moment else None,
        published_raw=moment.raw if moment else None,
        published_from=record.witnesses[0].origin if moment else None,
        published_precision=moment.precision if moment else None,
        source=normal(parse_source(named["source"]) if "source" in named else facts.source),
        publisher=normal(facts.publisher),
        authors=names(parse_names(named["authors"], free=True) if "authors" in named else facts.authors),
        editors=names(parse_names(named["editors"]) if "editors" in named else facts.editors),
        reviewers=names(facts.reviewers),
        section=names(find_section([named["section"]] if "section" in named else crumbs, title, record.page_title)),
        images=tuple(Image(image.url, normal(image.caption)) for image in images),
        script=record.script,
        encoding=record.encoding,
        layout=record.candidates[0].layout or None,
        changes=record.changes,
        content_hash=content_hash(text),
        fetched_at=record.fetched_at,
        cleaner_version=CLEANER_VERSION,
    )


def _in_own_script(value: str, lines: Iterable[Line]) -> str:
    """A converted string as the page writes it, taken from the line it stands in; itself where no line has it."""
    for line in lines:
        at = line.text.find(value)
        if at >= 0 and len(line.own) == len(line.text):
            return line.own[at : at + len(value)]
    return value
