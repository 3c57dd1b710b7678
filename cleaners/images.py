"""Pictures of an article, with their captions."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from lxml import etree

from cleaners.schema import Image
from cleaners.tree import Line, Picture

# where templates that load pictures late keep the address: `<img src="blank.gif" data-original="1.jpg">`
_SOURCES = ("data-original", "data-src", "original", "oldsrc", "_src", "src")
_ICON_RE = re.compile(
    r"(?:icon|logo|blank|spacer|loading|qrcode|ewm|weixin|share|btn|button|/skin/|/face/)", re.IGNORECASE
)
_SIZE_RE = re.compile(r"^\s*(\d+)(?:px)?\s*$")
_SMALLEST = 60
"""Pixels: a picture known to be smaller is an icon."""
# `图为签约仪式现场。`, `签约现场。（陆远舟 摄）`, `▲项目效果图`, `资料图片`
_CAPTION_RE = re.compile(r"^(?:图[为：:①-⑩\d一二三四]|[▲△↑◎●])|(?:摄|供图|资料图片?|效果图|翻拍)[)）。]?$")
_LONGEST_CAPTION = 80


def find_images(
    pictures: Sequence[Picture], lines: Sequence[Line], span: tuple[int, int], url: str
) -> tuple[Image, ...]:
    """The pictures among the article's lines (`span`: its first and last line), addresses made absolute.

    Icons, pictures in data: addresses, and those above or below the article outside of its container are left out.
    The caption is the line right below that reads like one, else a picture's own `alt` or `title` with Han in it.
    """
    first, last = span
    found: dict[str, Image] = {}
    for picture in pictures:
        if not first <= picture.place <= last + 1:
            continue
        if picture.place in (first, last + 1) and not _is_beside(picture, lines[min(picture.place, last)]):
            continue
        source = _find_source(picture.element, url)
        if source is None:
            continue
        below = lines[picture.place].text if picture.place <= last else ""
        caption = below if len(below) <= _LONGEST_CAPTION and _CAPTION_RE.search(below) else _find_alt(picture.element)
        found.setdefault(source, Image(source, caption))
    return tuple(found.values())


def _find_source(element: "etree._Element", url: str) -> str | None:
    for name in ("width", "height"):
        if (size := _SIZE_RE.match(element.get(name) or "")) and int(size[1]) < _SMALLEST:
            return None
    for name in _SOURCES:
        value = (element.get(name) or "").strip()
        if value and not value.startswith("data:") and not _ICON_RE.search(value):
            try:
                source = urljoin(url, value)
                return source if urlsplit(source).scheme in ("http", "https") else None
            except ValueError:
                return None
    return None


def _is_beside(picture: Picture, line: Line) -> bool:
    """Whether a picture at the border of the article stands in the same container as the text next to it."""
    if line.block is None or picture.block is None:
        return False
    return picture.block is line.block or picture.block.getparent() is line.block.getparent()


def _find_alt(element: "etree._Element") -> str | None:
    for name in ("alt", "title"):
        text = " ".join((element.get(name) or "").split())
        if 4 <= len(text) <= _LONGEST_CAPTION and re.search(r"[\u4e00-\u9fff]{4}", text):
            return text
    return None
