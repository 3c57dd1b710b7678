"""Who is asked when a page means harm: no address of a network of its own, no other door."""

import ipaddress
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import HOST, ROOT, Scrapy, last_report
from scrapy.utils.project import get_project_settings

from promo_crawler.addresses import AddressPolicy, PrivateAddressError, is_local_name, is_public, parse_address
from promo_crawler.failures import explain_failure, name_failure
from promo_crawler.loopback import PortalServer

PRIVATE = """
127.0.0.1 127.255.1.1 10.1.2.3 172.16.0.1 172.31.255.1 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0
224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fc00::1 fd00:ec2::254 ff02::1
::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 2002:7f00:1:: 2001:db8::1
64:ff9b:1::7f00:1 fec0::1 ::ffff:0:127.0.0.1 2400:3200::5efe:10.0.0.1 192.88.99.1 3fff::1 5f00::1
"""
PUBLIC = """
1.2.4.8 114.114.114.114 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 192.167.1.1 240e:1::1 2400:3200::1
64:ff9b::1.2.4.8 2002:102:408:: 2400:3200::5efe:1.2.4.8
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_of_own_networks_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(PrivateAddressError, match="private network"):
        AddressPolicy().check_resolved("www.qinglan.example", 80, address)
    AddressPolicy(allow_private=True).check_resolved("www.qinglan.example", 80, address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    AddressPolicy().check_resolved("www.qinglan.example", 80, address)
    AddressPolicy().check_host(address, 80)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
        *("[::1]", "::1", "[::ffff:127.0.0.1]", "127.0.0.1.", "１２７．０．０．１", "127。0。0。1", "①②⑦.0.0.1", "0"),
        *("fe80::1%eth0", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "3232235777"),
    ],
)
def test_every_spelling_of_a_private_address_is_seen(host: str) -> None:
    address = parse_address(host)
    assert address is not None
    assert not is_public(address)
    with pytest.raises(PrivateAddressError):
        AddressPolicy().check_host(host, 80)


@pytest.mark.parametrize("host", ["www.qinglan.gov.cn", "www.12345.example", "1.2.3.4.example", "1dao.cn", "a b"])
def test_names_are_no_addresses(host: str) -> None:
    assert parse_address(host) is None


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        *((name, True) for name in ("localhost", "LOCALHOST.", "a.localhost", "router", "metadata.google.internal")),
        *((name, True) for name in ("printer.local", "nas.lan", "ｌｏｃａｌｈｏｓｔ")),
        *((name, False) for name in ("www.qinglan.gov.cn", "local.gov.cn", "internal.example", "www.lan.com.cn")),
    ],
)
def test_names_of_local_networks(host: str, is_local: bool) -> None:
    assert is_local_name(host) is is_local


def test_start_page_that_the_user_named_may_be_private() -> None:
    policy = AddressPolicy(["http://127.0.0.1:8000/", "http://news.intranet/", "http://www.qinglan.example/"])
    policy.check_host("127.0.0.1", 8000)
    policy.check_resolved("127.0.0.1", 8000, "127.0.0.1")
    policy.check_host("news.intranet", 80)
    policy.check_resolved("news.intranet", 443, "10.0.0.8")
    for host, port in (("127.0.0.1", 22), ("127.0.0.2", 8000), ("news.intranet", 9200), ("other.intranet", 80)):
        with pytest.raises(PrivateAddressError):
            policy.check_resolved(host, port, "10.0.0.8")
    for host, port in (("127.0.0.1", 22), ("127.0.0.2", 8000), ("localhost", 8000), ("metadata.internal", 80)):
        with pytest.raises(PrivateAddressError):
            policy.check_host(host, port)


def test_named_host_does_not_move_into_the_private_network() -> None:
    policy = AddressPolicy(["http://www.qinglan.example/"])
    policy.check_resolved("www.qinglan.example", 80, "1.2.4.8")
    with pytest.raises(PrivateAddressError):
        policy.check_resolved("www.qinglan.example", 80, "127.0.0.1")
    with pytest.raises(PrivateAddressError):
        AddressPolicy(["http://www.qinglan.example/"]).check_resolved("www.qinglan.example", 80, "169.254.169.254")


# --- a crawl without a proxy: names resolve as the test says, the servers are on loopback ----------------------------


class Canary(ThreadingHTTPServer):
    """A server that answers with `pages`, or else with a secret, and remembers who asked for what under which name."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _CanaryHandler)
        self.pages: dict[str, tuple[int, dict[str, str], str]] = {}
        self.asked: list[tuple[str, str]] = []


class _CanaryHandler(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.asked.append((self.headers.get("Host", ""), self.path))
        status, headers, body = self.server.pages.get(self.path, (200, {}, "<p>a secret of this machine</p>"))
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def servers() -> Iterator[tuple[Canary, Canary]]:
    """A portal, and a server that nobody may ask."""
    both = (Canary(), Canary())
    for server in both:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield both
    for server in both:
        server.shutdown()
        server.server_close()


RESOLVED = """
import socket, sys
names = {"portal.test": "127.0.0.1", "inner.portal.test": "127.0.0.1"}
ask = socket.gethostbyname
socket.gethostbyname = lambda name: names.get(name) or ask(name)
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def crawl_without_proxy(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    fast = ("-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_ENABLED=0", "-s", f"DATA_DIR={tmp_path / 'data'}")
    return subprocess.run(
        [sys.executable, "-c", RESOLVED, "crawl", "portal", *arguments, *fast],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lay_traps(portal: Canary, secret: Canary) -> str:
    """A home page whose links and redirects lead to the other server in many ways; returns its address."""
    own, other = portal.server_port, secret.server_port
    aims = [
        *(f"http://{host}:{other}/zsyz/" for host in ("127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost")),
        *(f"http://{host}:{other}/zsyz/" for host in ("[::1]", "[::ffff:127.0.0.1]", "portal.test", "0")),
        f"http://inner.portal.test:{other}/zsyz/",
        "file:///etc/passwd",
        f"ftp://portal.test:{other}/",
        "gopher://portal.test/",
        "data:text/html,x",
    ]
    links = "".join(f'<li><a href="/zsyz/{n}.html">招商引资项目之{n}开工</a></li>' for n in range(len(aims)))
    straight = "".join(f'<li><a href="{aim}">{aim}</a></li>' for aim in aims)
    portal.pages["/"] = (200, {}, f"<ul>{links}{straight}</ul>")
    portal.pages["/robots.txt"] = (404, {}, "")
    portal.pages |= {f"/zsyz/{n}.html": (302, {"Location": aim}, "") for n, aim in enumerate(aims)}
    return f"http://portal.test:{own}/"


def test_no_link_or_redirect_leads_to_this_machine(servers: tuple[Canary, Canary], tmp_path: Path) -> None:
    portal, secret = servers
    run = crawl_without_proxy(tmp_path, "-a", f"url={lay_traps(portal, secret)}")
    assert "Traceback" not in run.stderr
    assert len([path for _, path in portal.asked if path.startswith("/zsyz/")]) == 14
    assert secret.asked == []
    assert {host for host, _ in portal.asked} == {f"portal.test:{portal.server_port}"}
    assert "inner.portal.test is at 127.0.0.1, which belongs to this machine" in run.stderr
    assert "private_address" in str(last_report(tmp_path / "data")["counts"])


def test_a_setting_allows_private_addresses(servers: tuple[Canary, Canary], tmp_path: Path) -> None:
    portal, secret = servers
    start = lay_traps(portal, secret)
    crawl_without_proxy(tmp_path, "-a", f"url={start}", "-s", "ALLOW_PRIVATE_ADDRESSES=1")
    assert f"inner.portal.test:{secret.server_port}" in {host for host, _ in secret.asked}


@pytest.mark.parametrize(
    "aim", ["http://127.0.0.1:{port}/a", "http://2130706433:{port}/a", "http://localhost:{port}/a"]
)
def test_a_proxy_is_not_asked_for_private_addresses(
    aim: str, portal: PortalServer, servers: tuple[Canary, Canary], scrapy: Scrapy
) -> None:
    port = servers[1].server_port
    portal.refusals = [(302, {"Location": aim.format(port=port)})]
    run = scrapy("explain", f"http://{HOST}/zsyz/202406/t20240612_1024.html", server=portal)
    assert run.returncode == 1
    assert "private network" in run.stderr
    assert "Traceback" not in run.stderr
    assert [path for _, path, _ in portal.asked if path != "/robots.txt"] == ["/zsyz/202406/t20240612_1024.html"]
    assert servers[1].asked == []


def test_refusals_have_a_name_and_a_sentence() -> None:
    error = PrivateAddressError("x")
    assert name_failure(error) == "private_address"
    assert "private network" in explain_failure(error)


def test_doors_are_closed() -> None:
    settings = get_project_settings()
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not settings.getbool("ALLOW_PRIVATE_ADDRESSES")
    handlers = {scheme for scheme, path in settings.getwithbase("DOWNLOAD_HANDLERS").items() if path}
    assert handlers == {"http", "https"}


def test_a_crawl_listens_nowhere(servers: tuple[Canary, Canary], tmp_path: Path) -> None:
    portal, secret = servers
    listening = f"{RESOLVED.partition('from scrapy')[0]}\n" + (
        "real = socket.socket.listen\n"
        "def listen(self, *a):\n"
        "    print('LISTENS', self.family, file=sys.stderr)\n"
        "    return real(self, *a)\n"
        "socket.socket.listen = listen\n"
        "from scrapy.cmdline import execute\n"
        "execute(['scrapy', 'crawl', 'portal', *sys.argv[1:]])\n"
    )
    run = subprocess.run(
        [
            *(sys.executable, "-c", listening, "-a", f"url={lay_traps(portal, secret)}", "-a", "max_pages=1"),
            *("-s", f"DATA_DIR={tmp_path / 'data'}"),
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert portal.asked
    assert "LISTENS" not in run.stderr
