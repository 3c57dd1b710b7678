"""Bytes to text, as Chinese portals need it."""

import codecs
import re

from cleaners.schema import Rejected, RejectReason

# the http-equiv and the short form, with or without quotes; also the XML declaration of a feed
_DECLARED_RE = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([-\w]+)""", re.IGNORECASE)
_HEADER_RE = re.compile(r"charset\s*=\s*[\"']?([-\w]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# codecs of Python that are no charset of text: an escape, a form of host names, one that always fails
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}
_GB_NAMES = {"gb2312", "gbk", "gb18030", "cp936", "gb_2312-80", "x-gbk", "hz-gb-2312"}


def decode_page(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Text of a page and the name of the charset used.

    Order: byte order mark, UTF-8 (a stray byte does no harm), the charset of the header, the one of the page,
    GB18030. Pages that call GB18030 or UTF-8 bytes by the other's name are common, and bytes that are valid UTF-8 with
    Chinese in them are never anything else.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            text = body[len(bom) :].decode(name, "replace")
            if name != "utf-8" and text.count("\ufffd") > 1 + len(text) / 50:
                raise Rejected(RejectReason.UNDECODABLE)
            return text, name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    if _is_nearly_sound(text):
        return text, "utf-8"
    header = _HEADER_RE.search(content_type or "")
    declared = _DECLARED_RE.search(body[:4096])
    names = [header.group(1) if header else "", declared.group(1).decode("ascii") if declared else ""]
    for name in [*names, "gb18030"]:
        name = "gb18030" if name.lower() in _GB_NAMES else name.lower()
        if name.replace("-", "_") in _NO_CHARSETS:
            continue
        try:
            text = body.decode(name, "replace")
        except (LookupError, UnicodeError):
            continue
        if text.count("�") <= len(text) / 50:
            return text, name
    raise Rejected(RejectReason.UNDECODABLE)


def _is_nearly_sound(text: str) -> bool:
    """True where single bytes were lost among much that is right: other charsets read as UTF-8 lose most of it."""
    lost = text.count("\ufffd")
    return lost <= 3 + len(text) // 500 and sum("\u4e00" <= char <= "\u9fff" for char in text) > 20 * lost
