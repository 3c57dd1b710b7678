"""recognize_platform(): the CMS under a portal, from its pages. Pure: no network, no portal classes.

Signs are weighed (`platform_signs`). A platform needs `ENOUGH`, and must lead the next by `LEAD`, because pages of one
CMS show signs of another: text is pasted with its markup, a county portal on TRS carries a WordPress blog in a folder.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree

from cleaners.charset import decode_page
from cleaners.schema import RawPage, Rejected
from promo_crawler.links import is_on_site
from promo_crawler.platform_signs import (
    COMMENT,
    CREDIT,
    GENERATOR,
    HOST,
    LINKED,
    META,
    NAME,
    OWN,
    SCRIPT,
    SIGNS,
    TAG,
    TITLE,
    TITLES,
    Sign,
)

ENOUGH = 3
"""Weight from which a platform is named."""
LEAD = 2
"""Weight by which it must lead the platform that comes next."""
MAX_CHARS = 2_000_000
"""Characters read of a page."""
_MAX_STRINGS = 5_000
_MAX_STRING = 2_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sign that was found."""

    platform: str
    weight: int
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The CMS of a portal, and why."""

    name: str
    """Name of the module in `platforms/`."""
    title: str
    signs: tuple[Evidence, ...]
    """What speaks for it, heaviest first."""
    doubts: tuple[Evidence, ...] = ()
    """Signs of other platforms, outweighed."""


@dataclass(slots=True)
class _Traits:
    """What pages have, by where it stands."""

    found: dict[str, set[str]] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    """Addresses of the pages themselves, without the host."""

    def add(self, where: str, text: str) -> None:
        strings = self.found.setdefault(where, set())
        if len(strings) < _MAX_STRINGS:
            strings.add(text[:_MAX_STRING])


def recognize_platform(page: RawPage, *more: RawPage) -> Platform | None:
    """The platform that wrote a page, or several pages of one portal; None where the signs do not tell.

    A page that cannot be decoded shows no signs. Nothing is raised.
    """
    signs = find_signs((page, *more))
    weights = Counter[str]()
    for sign in signs:
        weights[sign.platform] += sign.weight
    (name, weight), (_, next_weight) = [*weights.most_common(2), ("", 0), ("", 0)][:2]
    if weight < ENOUGH or weight < next_weight + LEAD:
        return None
    own = tuple(sign for sign in signs if sign.platform == name)
    return Platform(name, TITLES[name], own, tuple(sign for sign in signs if sign.platform != name))


def find_signs(pages: Iterable[RawPage]) -> tuple[Evidence, ...]:
    """Every sign of every platform that the pages show, heaviest first."""
    traits = _Traits()
    for page in pages:
        _read_traits(page, traits)
    found = [evidence for sign in SIGNS if (evidence := _find_sign(sign, traits))]
    return tuple(sorted(found, key=lambda evidence: -evidence.weight))


def _find_sign(sign: Sign, traits: _Traits) -> Evidence | None:
    matching = [text for text in traits.found.get(sign.where, ()) if sign.pattern.search(text)]
    if not matching or (len(matching) < sign.least and traits.pages.isdisjoint(matching)):
        return None
    return Evidence(sign.platform, sign.weight, sign.words, " ".join(min(matching).split())[:100])


def _read_traits(page: RawPage, traits: _Traits) -> None:
    try:
        text = decode_page(page.body, page.content_type)[0][:MAX_CHARS]
    except Rejected:
        return
    root = _parse(text)
    parts = urlsplit(page.url)
    traits.add(HOST, parts.hostname or "")
    traits.add(OWN, parts.path)
    traits.pages.add(parts.path)
    for element in root.iter() if root is not None else ():
        if isinstance(element, etree._Comment):
            traits.add(COMMENT, element.text or "")
        elif isinstance(element.tag, str):
            _read_element(element, page.url, traits)


def _parse(text: str) -> "etree._Element | None":
    # with comments: they are where a CMS signs
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _read_element(element: "etree._Element", url: str, traits: _Traits) -> None:
    tag = str(element.tag)
    if "-" in tag:
        traits.add(TAG, tag)
    for name in (*(element.get("class") or "").split(), (element.get("id") or "").strip()):
        if name:
            traits.add(NAME, name)
    if tag == "meta" and (called := element.get("name")):
        content = element.get("content") or ""
        traits.add(META, f"{called}={content}")
        if called.lower() == "generator":
            traits.add(GENERATOR, content.strip())
    elif tag == "title":
        traits.add(TITLE, element.text or "")
    elif tag == "script" and element.text:
        for piece in _pieces(element.text):
            traits.add(SCRIPT, piece)
    for attribute in ("href", "src", "action", "data-original", "data-src"):
        if value := element.get(attribute):
            _read_address(element, value, url, traits)


def _pieces(script: str) -> Sequence[str]:
    # overlapping, so that no word is cut in two
    return [script[i : i + _MAX_STRING] for i in range(0, min(len(script), 100_000), _MAX_STRING - 100)]


def _read_address(element: "etree._Element", value: str, url: str, traits: _Traits) -> None:
    try:
        address = urljoin(url, "".join(value[:_MAX_STRING].split()))
        parts = urlsplit(address)
        is_own = is_on_site(address, url)
    except ValueError:
        return
    if parts.scheme not in ("http", "https"):
        return
    traits.add(LINKED, f"//{parts.netloc}{parts.path}")
    if is_own:
        traits.add(OWN, parts.path)
    elif element.tag == "a":
        words = " ".join("".join(map(str, element.itertext())).split())
        traits.add(CREDIT, f"{address} {element.get('title') or ''} {words}"[:300])
