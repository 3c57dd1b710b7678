"""Servers that break, hang and lie: each answer is counted, the run goes on, and a later one gets what it missed."""

import gzip
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import HOST, QUICK, ROOT, DemoCrawl, Scrapy, articles, environment, last_report, pages_asked, undated

from promo_crawler.health import PATIENCE
from promo_crawler.loopback import PortalServer

PROSE = "青澜县赴长三角开展招商推介活动，三天签下七个项目，总投资四十二亿元。"
FAST = ("-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0", "-s", "BACKOFF_START=0", "-s", "AUTOTHROTTLE_ENABLED=0")
CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/", *FAST)
GOOD = tuple(f"/zsyz/202406/t20240612_{n}.html" for n in range(1, 4))
MOST_MEMORY = 400 << 10
"""KiB."""
Talk = Callable[[socket.socket, str], None]


class RawServer:
    """A proxy that serves a home page, good articles, and a page for each of `talks`, answered as that likes until the
    server is `well` again."""

    def __init__(self, *talks: Talk):
        self.talks = {f"/zsyz/202406/t20240612_{n}.html": talk for n, talk in enumerate(talks, 101)}
        self.is_well = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.proxy = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def all_articles(self) -> list[str]:
        return sorted(f"http://{HOST}{path}" for path in (*GOOD, *self.talks))

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, IndexError):
            connection.settimeout(10)
            address = connection.recv(65536).split(b" ")[1].decode()
            path = urlsplit(address).path
            if (talk := self.talks.get(path)) and not self.is_well:
                talk(connection, address)
            else:
                connection.sendall(self._answer(path))

    def _answer(self, path: str) -> bytes:
        if path == "/":
            # good pages between the bad ones: ten failures in a row would end the run
            paths = [*GOOD[:1], *list(self.talks)[:5], *GOOD[1:2], *list(self.talks)[5:], *GOOD[2:]]
            items = (f'<li><a href="{p}">青澜县招商引资签约{n}个项目</a>2024-06-12</li>' for n, p in enumerate(paths))
            return page(f"<ul>{''.join(items)}</ul>")
        if path in GOOD or path in self.talks:
            n = path.rpartition("_")[2].removesuffix(".html")
            return page(f"<h1>青澜县签约项目之{n}</h1><div id=zoom><p>{PROSE}</p><p>第{n}个。{PROSE}</p></div>")
        return head("Content-Length: 0", status="404 Not Found")

    def close(self) -> None:
        self._socket.close()


def page(body: str) -> bytes:
    data = f"<meta charset=utf-8>{body}".encode()
    return head(f"Content-Length: {len(data)}") + data


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/html", "Connection: close", *lines, "", "")).encode()


def one_byte_a_second(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Content-Length: 5000"))
    for _ in range(40):
        connection.sendall(b"x")
        time.sleep(0.2)


def one_byte_of_the_head_a_second(connection: socket.socket, _: str) -> None:
    for byte in head("Content-Length: 5"):
        connection.sendall(bytes((byte,)))
        time.sleep(0.2)


def silence(connection: socket.socket, _: str) -> None:
    time.sleep(5)


def endless_chunks(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Transfer-Encoding: chunked"))
    chunk = b"%x\r\n%s\r\n" % (1 << 16, b"x" * (1 << 16))
    while True:
        connection.sendall(chunk)


def endless_body(connection: socket.socket, _: str) -> None:
    connection.sendall(head())
    while True:
        connection.sendall(b"x" * 65536)


def endless_head(connection: socket.socket, _: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-A: b\r\n" * 8192)


def one_endless_header(connection: socket.socket, _: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    while True:
        connection.sendall(b"a" * 65536)


def too_large_a_promise(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Content-Length: 99999999999"))
    time.sleep(1)


def reset_at_once(connection: socket.socket, _: str) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_the_body(connection: socket.socket, address: str) -> None:
    connection.sendall(head("Content-Length: 5000") + b"x" * 100)
    time.sleep(0.05)
    reset_at_once(connection, address)


def cut_off(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Content-Length: 5000") + b"x" * 100)


def cut_off_chunks(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Transfer-Encoding: chunked") + b"5\r\nxxxxx\r\n")


def no_http(connection: socket.socket, _: str) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n" * 20)


def redirect_to_itself(connection: socket.socket, address: str) -> None:
    connection.sendall(head(f"Location: {address}", "Content-Length: 0", status="302 Found"))


def redirect_ever_on(connection: socket.socket, address: str) -> None:
    target = f"{address.partition('?')[0]}?{time.monotonic_ns()}"
    connection.sendall(head(f"Location: {target}", "Content-Length: 0", status="302 Found"))


def redirect_between_hosts(connection: socket.socket, address: str) -> None:
    other = address.replace("//www.", "//") if "//www." in address else address.replace("//", "//www.")
    connection.sendall(head(f"Location: {other}", "Content-Length: 0", status="301 Moved Permanently"))


def error_500(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Content-Length: 0", status="500 Internal Server Error"))


def error_599(connection: socket.socket, _: str) -> None:
    connection.sendall(head("Content-Length: 0", status="599 Whatever"))


@cache
def packed(name: str) -> bytes:
    """300 MB of one letter."""
    if name == "br":
        packer = pytest.importorskip("brotli").Compressor(quality=2)
        return b"".join(packer.process(b"x" * (1 << 20)) for _ in range(300)) + packer.finish()
    zipper = zlib.compressobj(1, wbits=31)
    once = b"".join(zipper.compress(b"x" * (1 << 20)) for _ in range(300)) + zipper.flush()
    return gzip.compress(once) if name == "gzip, gzip" else once


def send_packed(connection: socket.socket, name: str) -> None:
    connection.sendall(head(f"Content-Encoding: {name}", f"Content-Length: {len(packed(name))}") + packed(name))


def gzip_bomb(connection: socket.socket, _: str) -> None:
    send_packed(connection, "gzip")


def brotli_bomb(connection: socket.socket, _: str) -> None:
    send_packed(connection, "br")


def gzip_of_gzip(connection: socket.socket, _: str) -> None:
    send_packed(connection, "gzip, gzip")


def broken_gzip(connection: socket.socket, _: str) -> None:
    body = gzip.compress(b"x" * 5000)[:30] + b"\xff" * 50
    connection.sendall(head("Content-Encoding: gzip", f"Content-Length: {len(body)}") + body)


@contextmanager
def serving(*talks: Talk) -> Iterator[RawServer]:
    server = RawServer(*talks)
    try:
        yield server
    finally:
        server.close()


def crawl_measured(server: RawServer, folder: Path) -> tuple[int, str, int]:
    """Exit code, what was printed, and the most memory that was in use, in KiB."""
    with (folder / "stderr").open("w+") as stderr:
        command = [sys.executable, "-m", "scrapy", *CRAWL, "-s", f"DATA_DIR={folder / 'data'}", *QUICK]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(server), stderr=stderr)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        return process.returncode, stderr.read(), used.ru_maxrss


FAULTS: dict[str, dict[Talk, str]] = {
    "slow": {one_byte_a_second: "timeout", one_byte_of_the_head_a_second: "timeout", silence: "timeout"},
    "large": {
        endless_chunks: "too_large",
        endless_body: "too_large",
        too_large_a_promise: "too_large",
        gzip_bomb: "too_large",
        brotli_bomb: "too_large",
        gzip_of_gzip: "too_large",
        one_endless_header: "connection",
    },
    "broken": {
        reset_at_once: "connection",
        reset_in_the_body: "broken_off",
        cut_off: "broken_off",
        cut_off_chunks: "broken_off",
        no_http: "connection",
    },
    "refused": {
        redirect_to_itself: "redirect_loop",
        redirect_ever_on: "redirect_loop",
        redirect_between_hosts: "redirect_loop",
        error_500: "http_500",
        error_599: "http_599",
    },
}


@pytest.mark.parametrize("kind", FAULTS)
def test_bad_answers_are_counted_and_the_run_goes_on(kind: str, scrapy: Scrapy, tmp_path: Path) -> None:
    for name in ("gzip", "br", "gzip, gzip"):
        packed(name)  # the server must not be slow where it is large that is tested
    with serving(*FAULTS[kind]) as server:
        exitcode, said, memory = crawl_measured(server, tmp_path)
        assert exitcode == 0, said
        assert "Traceback" not in said
        assert sorted(articles(tmp_path / "data")) == [f"http://{HOST}{path}" for path in GOOD]
        counts = last_report(tmp_path / "data")["counts"]
        failed = {key.rpartition("/")[2]: n for key, n in counts.items() if key.startswith("pages/failed/")}
        assert failed == Counter(FAULTS[kind].values()), said
        outcomes = ("pages/lists", "pages/no_sitemap", "articles/", "rejected/", "pages/failed/", "pages/not_asked/")
        assert counts["pages/total"] == sum(n for key, n in counts.items() if key.startswith(outcomes))
        for path, name in zip(server.talks, FAULTS[kind].values(), strict=True):
            lines = [line for line in said.splitlines() if f"WARNING http://{HOST}{path}" in line]
            assert name.startswith("http") or len(lines) == 1, said
        assert memory < MOST_MEMORY
        server.is_well = True
        assert scrapy(*CRAWL, server=server).returncode == 0
        assert sorted(articles(tmp_path / "data")) == server.all_articles


def test_a_head_without_end_is_cut(scrapy: Scrapy, tmp_path: Path) -> None:
    with serving(endless_head) as server:
        exitcode, said, memory = crawl_measured(server, tmp_path)
        assert exitcode == 0, said
        assert "Traceback" not in said
        assert sorted(articles(tmp_path / "data")) == [f"http://{HOST}{path}" for path in GOOD]
        assert memory < MOST_MEMORY


# --- a server that is ill as a whole ----------------------------------------------------------------------------------


@pytest.mark.parametrize("talk", [reset_in_the_body, reset_at_once, cut_off])
def test_server_that_breaks_off_everything_is_left_and_asked_again(talk: Talk, scrapy: Scrapy, tmp_path: Path) -> None:
    # three good articles may come between, each at any moment
    with serving(*(talk,) * (PATIENCE * 4)) as server:
        run = scrapy(*CRAWL, server=server)
        assert "Traceback" not in run.stderr
        assert f"{PATIENCE} requests in a row got no usable answer" in run.stderr
        report = last_report(tmp_path / "data")
        assert report["end"] == "unreachable"
        assert set(articles(tmp_path / "data")) < set(server.all_articles)
        server.is_well = True
        assert scrapy(*CRAWL, server=server).returncode == 0
        assert sorted(articles(tmp_path / "data")) == server.all_articles


@pytest.mark.parametrize("status", [500, 503])
def test_storm_of_errors_stops_the_run_and_loses_nothing(
    status: int, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    assert scrapy(*CRAWL, "-a", "max_pages=3", server=portal).returncode == 0
    portal.asked.clear()
    portal.refusals = [(status, {})] * 1000
    run = scrapy(*CRAWL, server=portal)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert len(pages_asked(portal)) <= PATIENCE + 2
    report = last_report(tmp_path / "data")
    assert report["end"] == "unreachable"
    assert report["counts"][f"pages/failed/http_{status}"] >= PATIENCE
    portal.refusals = []
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert undated(tmp_path / "data") == undated(demo_crawl.data)
