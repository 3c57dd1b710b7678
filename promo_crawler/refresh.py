"""Where a page sends the reader on by itself (meta refresh): digital papers lead to their latest issue so."""

import re

from lxml import html

from promo_crawler.links import is_on_site, parse_href

# `0; URL=html/2024-03/05/node_2.htm`
_REFRESH_RE = re.compile(r"^\d*\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


MAX_LENGTH = 2_000
"""Characters of an attribute that are read."""


def find_refresh(root: html.HtmlElement | None, url: str) -> str | None:
    """The address of another page of the same site; None for a page that only loads itself again."""
    for meta in root.iter("meta") if root is not None else ():
        if (meta.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        match = _REFRESH_RE.match((meta.get("content") or "").strip()[:MAX_LENGTH])
        target = parse_href(match[1], url) if match else None
        if target and target != url and is_on_site(target, url):
            return target
    return None
