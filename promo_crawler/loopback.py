"""A portal from a folder of files, served on loopback under a host name of its own. For the demo and the tests."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class PortalServer(ThreadingHTTPServer):
    """An HTTP proxy that knows one host. `asked` holds `(method, path, status)` of every request, `most_at_once` how
    many waited for their answer at the same time (each waits `latency` seconds). The next requests for pages get the
    statuses and headers in `refusals`; `calendar` is the path of a page that links to itself with `?d=` one higher."""

    daemon_threads = True

    def __init__(self, host: str, folder: Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.host = host
        self.folder = folder
        self.asked: list[tuple[str, str, int]] = []
        self.most_at_once = self.now = 0
        self.latency = 0.0
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.calendar = ""
        self.lock = threading.Lock()

    @property
    def proxy(self) -> str:
        """What `http_proxy` has to be, so that the host's pages come from here."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(SimpleHTTPRequestHandler):
    server: PortalServer
    # many portals name no charset in the header; the page has to
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".html": "text/html", ".xml": "text/xml"}

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        if target.netloc not in {"", self.server.host}:
            self.send_error(502, "host not served")
            return
        self.path = target._replace(scheme="", netloc="").geturl() or "/"
        with self.server.lock:
            self.server.now += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.now)
        time.sleep(self.server.latency)
        with self.server.lock:
            self.server.now -= 1
        if self.server.refusals and target.path != "/robots.txt":
            return self._answer(*self.server.refusals.pop(0))
        if self.server.calendar and target.path == self.server.calendar:
            day = int(target.query.removeprefix("d=")) + 1
            return self._answer(200, {}, f'<p><a href="?d={day}">{day}</a></p>'.encode())
        super().do_GET()

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "text/html", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        self.directory = str(self.server.folder)
        return super().translate_path(path)

    def list_directory(self, path: object) -> None:
        self.send_error(404)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        self.server.asked.append((self.command, self.path, int(getattr(code, "value", code))))  # type: ignore[call-overload]

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_portal(host: str, folder: Path) -> Iterator[PortalServer]:
    """Serves `folder` as `http://host/` until the block ends."""
    server = PortalServer(host, folder)
    with serving(server):
        yield server


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Lets a server answer in a thread of its own until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
