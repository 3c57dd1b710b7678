"""Canonical URL: the identity of a page."""

import re
from urllib.parse import urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# names that every web server here serves for the bare folder: IIS, TRS (index.shtml), EmpireCMS, Hanweb (index.jsp)
_INDEX_NAME_RE = re.compile(r"/(?:index|default)\.(?:s?html?|aspx?|php|jsp)$", re.IGNORECASE)
# parameters that say who followed a link, never which page it is
_TRACKING_RE = re.compile(r"(?:utm_\w+|spm|from|isappinstalled|nsukey|wechat_redirect|share_token)=", re.IGNORECASE)
_SESSION_RE = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """The address without fragment, session id, tracking parameters, default port and index name.

    Host and scheme in lower case; path and the other parameters, also their order, are left alone: some
    portals tell pages apart by case, by `?p5=28&p7=2`, or by an empty parameter. http and https stay apart
    too: the certificate of a county portal often belongs to somebody else's site.

    Raises ValueError for what is no URL (an unclosed `[` in the host).
    """
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme.lower(), ""))
    path = _INDEX_NAME_RE.sub("/", _SESSION_RE.sub("", parts.path)) or "/"
    query = "&".join(p for p in parts.query.split("&") if not _TRACKING_RE.match(p))
    return urlunsplit((scheme, host, path, query, ""))
