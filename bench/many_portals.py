"""Many small portals on loopback, each under a host name of its own, whose news can go on while they are served.

Each is the demo portal with another county's name. For the bench and the tests of `scrapy schedule`.
"""

import hashlib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from promo_crawler.loopback import serving

SITE = Path(__file__).resolve().parents[1] / "fixtures" / "demo" / "site"
ENCODING = "gb18030"
_NAME, _TEMPLATE, _LISTS = "青澜", "yw/202406/t20240611_2015.html", ("index.html", "yw/index.html")
_COUNTIES = [
    "".join(pair) for pair in product("安宁平和永兴嘉丰临清怀武", "川阳江山原州城泉陵溪湖岭河林谷水台源峰塘庆源化昌康")
]


class Asked(NamedTuple):
    """A request, with the seconds at which it came and was answered; `path` without the first slash."""

    came: float
    done: float
    host: str
    path: str
    status: int


class ManyPortals(ThreadingHTTPServer):
    """An HTTP proxy that knows `hosts`. Each answer takes `latency` seconds; a host in `refusing` answers that status
    to everything, one in `deaf` closes the connection. `waiting` requests have no answer yet."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, number: int, latency: float = 0.0, handler: "type[BaseHTTPRequestHandler] | None" = None):
        super().__init__(("127.0.0.1", 0), handler or PortalHandler)
        self.hosts = {f"www.county{n:03}.example": _COUNTIES[n % len(_COUNTIES)] for n in range(number)}
        self.latency = latency
        self.asked: list[Asked] = []
        self.refusing: dict[str, int] = {}
        self.deaf: set[str] = set()
        self.waiting = 0
        self.lock = threading.Lock()
        self._pages = {
            path.relative_to(SITE).as_posix(): path.read_bytes() for path in SITE.rglob("*") if path.is_file()
        }
        self._news: dict[str, dict[str, str]] = {host: {} for host in self.hosts}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent where the crawl went away, as one does that is killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def publish(self, host: str, title: str, text: str) -> str:
        """Adds an article on top of the home page and of a list; returns its address."""
        with self.lock:
            path = f"yw/202406/t20240612_{3000 + len(self._news[host])}.html"
            self._news[host][path] = f"{title}\n{text}"
        return f"http://{host}/{path}"

    def page(self, host: str, path: str) -> bytes | None:
        with self.lock:
            news = dict(self._news[host])
        if path in news:
            return self._article(host, *news[path].split("\n", 1))
        if path not in self._pages:
            return None
        if not path.endswith(".html"):
            return self._pages[path]
        text = self._text(host, path)
        if path in _LISTS:
            prefix = "" if path == "index.html" else "/"
            links = "\n".join(
                f'<li><a href="{prefix}{url}" title="{title}">{title}</a> <span>06-12</span></li>'
                for url, title in ((url, each.split("\n")[0]) for url, each in reversed(news.items()))
            )
            # the list of the main column comes after those of the navigation
            head, ul, tail = text.partition('<div class="box">' if path == "index.html" else '<div class="list">')
            text = head + ul + tail.replace("<ul>", f"<ul>\n{links}", 1)
        return text.encode(ENCODING)

    def _text(self, host: str, path: str) -> str:
        page = self._pages[path]
        try:
            text = page.decode("utf-8")
        except UnicodeDecodeError:
            text = page.decode(ENCODING)
        return text.replace("charset=utf-8", "charset=gb2312").replace(_NAME, self.hosts[host])

    def _article(self, host: str, title: str, text: str) -> bytes:
        page = self._text(host, _TEMPLATE)
        old_title = page.partition("<h1>")[2].partition("</h1>")[0]
        page = page.replace(old_title, title)
        head, start, rest = page.partition("<P>")
        tail = rest[rest.rindex("</P>") + 4 :]
        return (head + start + f"　　{text}</P>" + tail).encode(ENCODING)


class PortalHandler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ManyPortals
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        came = time.monotonic()
        target = urlsplit(self.path)
        path = target.path.lstrip("/")
        with self.server.lock:
            self.server.waiting += 1
        time.sleep(self.server.latency)
        status = self._answer(target.netloc, path)
        with self.server.lock:
            self.server.waiting -= 1
            self.server.asked.append(Asked(came, time.monotonic(), target.netloc, path, status))

    def _answer(self, host: str, path: str) -> int:
        if host in self.server.deaf:
            self.close_connection = True
            return 0
        if host not in self.server.hosts:
            return self._send(502, b"host not served")
        if host in self.server.refusing:
            return self._send(self.server.refusing[host], b"<html><body>no</body></html>")
        if not path or path.endswith("/"):
            path += "index.html"
        body = self.server.page(host, path)
        if body is None:
            return self._send(404, b"<html><body>404 Not Found</body></html>")
        etag = f'"{hashlib.sha1(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            return self._send(304, b"", etag)
        return self._send(200, body, etag)

    def _send(self, status: int, body: bytes, etag: str = "") -> int:
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if not self.path.endswith(".txt") else "text/plain")
        if etag:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return status

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_many(number: int, latency: float = 0.0) -> Iterator[ManyPortals]:
    """Serves so many portals until the block ends."""
    server = ManyPortals(number, latency)
    with serving(server):
        yield server
