"""A survey for people, as lines for a terminal, and for programs, as JSON."""

from collections.abc import Iterator
from typing import Any

from promo_crawler.portal_class import PLATFORMS
from promo_crawler.site_facts import SITE_CODE, RobotsRules
from promo_crawler.survey import Channel, Survey
from promo_crawler.terminal import pad, plain, width

SIGNS_SHOWN = 6
RULES_SHOWN = 8
_LABEL = 11


def format_survey(survey: Survey) -> Iterator[str]:
    """Lines of text: what the portal is, its channels as a table, one article read."""
    yield plain(survey.url)
    yield _fact("title", survey.title or "none")
    yield from _format_platform(survey)
    yield _fact(
        "region", f"{survey.region[0]}, by its {survey.region[1]}" if survey.region else "the page does not tell"
    )
    yield _fact("charset", survey.charset)
    yield from _format_robots(survey.robots)
    sitemaps = survey.robots.sitemaps if survey.robots else ()
    yield _fact("feeds", ", ".join(survey.feeds) or "none named")
    yield _fact("sitemaps", ", ".join(sitemaps) or "none named in robots.txt")
    yield ""
    yield from _format_channels(survey)
    yield ""
    yield from _format_templates(survey)
    if survey.other_hosts:
        named = ", ".join(f"{host} ({count})" for host, count in survey.other_hosts[:5])
        yield f"Articles of the same owner lie on other hosts, which are portals of their own: {named}"
    yield from _format_failures(survey)
    yield ""
    yield from _format_sample(survey)


def fit(text: str, columns: int) -> str:
    """On one line in exactly so many columns; what is cut ends in `…`."""
    text = " ".join(plain(text).split())
    return pad(text, columns) if width(text) <= columns else pad(pad(text, columns - 1).rstrip() + "…", columns)


def _fact(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}}{plain(text)}"


def _region(survey: Survey) -> str:
    if survey.region is None:
        return "the page does not tell"
    code, origin = survey.region
    return (
        f"{code}, by its {origin}"
        if origin == SITE_CODE
        else f"perhaps {code}: there its operator is registered ({origin})"
    )


def _format_platform(survey: Survey) -> Iterator[str]:
    if survey.platform is None:
        yield _fact("platform", "not recognized: the general rules read it")
        return
    base = PLATFORMS[survey.platform.name].__name__
    yield _fact("platform", f"{survey.platform.title}, class {base}, because of (*** tells most)")
    for sign in survey.platform.signs[:SIGNS_SHOWN]:
        yield f"  {'':<{_LABEL}}{'*' * sign.weight:<4}{fit(sign.words, 46)}  {fit(sign.example, 44).rstrip()}"
    if survey.platform.doubts:
        others = ", ".join(sorted({sign.platform for sign in survey.platform.doubts}))
        yield f"  {'':<{_LABEL}}although there are a few signs of {others}"


def _format_robots(rules: RobotsRules | None) -> Iterator[str]:
    if rules is None:
        yield _fact("robots", "no robots.txt")
        return
    shown = " ".join(rules.disallowed[:RULES_SHOWN])
    more = len(rules.disallowed) - RULES_SHOWN
    words = f"not allowed: {shown}{f' and {more} more' if more > 0 else ''}" if rules.disallowed else "all is allowed"
    yield _fact("robots", words + (f"; Crawl-delay {rules.delay:g} s" if rules.delay is not None else ""))


def _format_channels(survey: Survey) -> Iterator[str]:
    yield f"  {fit('channel', 24)}  {'shown':>5}  {fit('newest', 10)}  {'pages':>6}  {'about':>7}  address"
    for channel in survey.channels:
        newest = f"{channel.newest:%Y-%m-%d}" if channel.newest else "-"
        about = f"{channel.size:,}{'+' if channel.is_open else ''}"
        yield (
            f"  {fit(channel.title, 24)}  {len(channel.own):>5}  {newest:<10}"
            f"  {_pages(channel):>6}  {about:>7}  {plain(channel.url)}"
        )
    yield ""
    size = f"{'more than' if survey.is_open else 'about'} {survey.size:,} {_plural(survey.size, 'article')}"
    rest = [f"{survey.others} pages of the portal list none"] if survey.others else []
    rest += [f"{survey.left} channels were not looked at"] if survey.left else []
    rest += ["+ stands for pages that none of these names"] if any(c.is_open for c in survey.channels) else []
    size += f" in {len(survey.channels)} {_plural(len(survey.channels), 'channel')}"
    yield f"  Estimate: {'; '.join([size, *rest])}."


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _pages(channel: Channel) -> str:
    return f"{channel.pages}+" if channel.is_open else str(channel.pages)


def _format_templates(survey: Survey) -> Iterator[str]:
    yield "  Addresses of articles (N: a number):"
    for form, count, example in survey.templates[:5]:
        yield f"  {count:>5}  {fit(form, 34)}  {plain(example)}"


def _format_failures(survey: Survey) -> Iterator[str]:
    if not survey.failures:
        return
    yield ""
    yield f"  {len(survey.failures)} of {survey.asked} pages gave nothing:"
    for url, reason in survey.failures[:5]:
        yield f"    {plain(url)}: {plain(reason)}"


def _format_sample(survey: Survey) -> Iterator[str]:
    if survey.sample is None:
        yield "  No article could be read."
        return
    article = survey.sample.article
    moment = f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else "-"
    paragraphs = article.text.count("\n") + 1
    origin = f" ({article.published_precision}, from {article.published_from})" if article.published_at else ""
    yield f"  One article, as it is read: {plain(survey.sample.page.url)}"
    yield _fact("title", article.title or "-")
    yield _fact("published", moment + origin)
    yield _fact("source", article.source or "-")
    yield _fact("text", f"{len(article.text):,} characters, {paragraphs} {_plural(paragraphs, 'paragraph')}, beginning")
    yield f"  {'':<{_LABEL}}{fit(article.text, 90).rstrip()}"
    if survey.sample.differs:
        yield f"  The general rules read it differently: {', '.join(survey.sample.differs)}. See `scrapy explain`."


def survey_as_json(survey: Survey) -> dict[str, Any]:
    """The same as plain values; the bodies of pages are left out."""
    platform, robots, sample = survey.platform, survey.robots, survey.sample
    return {
        "url": survey.url,
        "title": survey.title,
        "platform": {
            "name": platform.name,
            "title": platform.title,
            "signs": [{"weight": s.weight, "sign": s.words, "example": s.example} for s in platform.signs],
        }
        if platform
        else None,
        "region": {"code": survey.region[0], "from": survey.region[1]} if survey.region else None,
        "charset": survey.charset,
        "robots": {"disallowed": robots.disallowed, "delay": robots.delay, "sitemaps": robots.sitemaps}
        if robots
        else None,
        "feeds": survey.feeds,
        "articles": {"estimate": survey.size, "at_least": survey.is_open},
        "channels": [
            {
                "title": channel.title,
                "url": channel.url,
                "shown": len(channel.own),
                "newest": channel.newest.isoformat() if channel.newest else None,
                "pages": channel.pages,
                "estimate": channel.size,
                "at_least": channel.is_open,
            }
            for channel in survey.channels
        ],
        "channels_without_articles": survey.others,
        "channels_not_asked": survey.left,
        "templates": [{"form": form, "count": count, "example": url} for form, count, url in survey.templates],
        "other_hosts": dict(survey.other_hosts),
        "failures": [{"url": url, "reason": reason} for url, reason in survey.failures],
        "sample": {
            "url": sample.page.url,
            "title": sample.article.title,
            "published_at": sample.article.published_at.isoformat() if sample.article.published_at else None,
            "source": sample.article.source,
            "text": sample.article.text,
            "read_differently": sample.differs,
        }
        if sample
        else None,
        "pages_asked": survey.asked,
    }
