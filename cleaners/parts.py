"""Articles on several pages: the parts read one by one become one article."""

from collections.abc import Sequence
from dataclasses import replace

from cleaners.fingerprint import content_hash
from cleaners.schema import Article


def join_parts(first: Article, parts: Sequence[Article]) -> Article:
    """The article whose first page is `first`, with the text of its later pages.

    Headline, time and source are the first page's; authors, editors and reviewers of all pages count, since bylines
    stand on the last one. A page that repeats one already read (the last part linked as the next of itself) adds
    nothing. Without parts the article is returned as it is.
    """
    texts, seen = [first.text], {first.content_hash}
    kept = [first]
    for part in parts:
        if part.content_hash not in seen:
            seen.add(part.content_hash)
            texts.append(part.text)
            kept.append(part)
    if len(kept) == 1:
        return first
    text = "\n".join(texts)
    changes: dict[str, int] = {}
    for article in kept:
        for name, count in article.changes.items():
            changes[name] = changes.get(name, 0) + count
    return replace(
        first,
        text=text,
        authors=_united([article.authors for article in kept]),
        editors=_united([article.editors for article in kept]),
        reviewers=_united([article.reviewers for article in kept]),
        source=next((article.source for article in kept if article.source), None),
        images=tuple(dict.fromkeys(image for article in kept for image in article.images)),
        changes=changes,
        content_hash=content_hash(text),
    )


def _united(names: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in names for name in group))
