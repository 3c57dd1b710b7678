"""Which network addresses may be asked: those of the public internet, and hosts that the user named as start pages.

A page may link or redirect anywhere, and a host name may resolve to anything: to this machine, to the router, to
169.254.169.254. The address is checked where it is connected to: `CheckedResolver` looks at what the name gave, and
the connection is made to that very address. Behind an HTTP proxy the proxy resolves names; here only addresses
written as such (`http://2130706433/`) and names of local networks can be refused then.
"""

import ipaddress
import logging
import socket
import time
from collections.abc import Hashable, Iterable
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver, dnscache
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer

logger = logging.getLogger(__name__)

Address = IPv4Address | IPv6Address
HostPort = tuple[str, int]

NAME_LIFETIME = 600.0
"""Seconds for which a resolved name is believed; Scrapy's own cache has no end, and a schedule runs for months."""
_LOCAL_DOMAINS = (".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIIT = ipaddress.ip_network("::ffff:0:0:0/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""The third quarter of an address that holds one of the local network (RFC 5214)."""
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in ("64:ff9b:1::/48", "fec0::/10", "3fff::/20", "5f00::/16", "192.88.99.0/24")
]
"""What Python's `is_global` lets through: local NAT64 (RFC 8215), site-local, documentation, SRv6, 6to4 relays."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class PrivateAddressError(IgnoreRequest):
    """A request that leads to this machine or a private network; the message is one sentence."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, seen through the IPv6 forms that hold an IPv4 address.

    Not public: loopback, private, link-local, shared (CGNAT), multicast, reserved, documentation, unspecified.
    """
    if isinstance(address, IPv6Address):
        embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        is_isatap = int(address) >> 32 & 0xFFFFFFFF in _ISATAP
        # the third: ::127.0.0.1, long out of use
        if address in _NAT64 or address in _SIIT or int(address) >> 32 == 0 or is_isatap:
            embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if inner := [each for each in embedded if each is not None]:
            return all(map(is_public, inner))
    is_listed = any(address.version == network.version and address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not is_listed


def parse_address(host: str) -> Address | None:
    """The address that a host is written as, in any spelling that a resolver or browser takes for one.

    `127.0.0.1`, `[::1]`, `2130706433`, `0x7f.1`, `017700000001`, `１２７．０．０．１`; None for a name.
    """
    host = normalize("NFKC", host).replace("。", ".").strip().strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:  # takes the decimal, octal and hexadecimal spellings, and fewer than four parts
        return IPv4Address(socket.inet_aton(host)) if host and " " not in host else None
    except (OSError, ValueError):
        return None


def is_local_name(host: str) -> bool:
    """Whether a name can only mean a host of the own network: `localhost`, `router`, `metadata.google.internal`."""
    name = normalize("NFKC", host).lower().rstrip(".")
    return "." not in name or name.endswith(_LOCAL_DOMAINS)


def host_port(url: str) -> HostPort | None:
    """Host and port of an address; None for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname.rstrip("."), port) if parts.hostname else None


class AddressPolicy:
    """What the requests of one crawl may reach. `named` are the addresses of its start pages."""

    def __init__(self, named: Iterable[str] = (), *, allow_private: bool = False):
        self.allow_private = allow_private
        self._named: set[HostPort] = set()
        self._was_public: set[str] = set()
        for url in named:
            if found := host_port(url):
                self._named.add(found)
                self._named |= {(found[0], 443)} if found[1] == 80 else {(found[0], 80)} if found[1] == 443 else set()

    def check_host(self, host: str, port: int) -> None:
        """Raises PrivateAddressError for a host that is written as a private address, or has a local name."""
        if self.allow_private or (host.lower().rstrip("."), port) in self._named:
            return
        address = parse_address(host)
        if address is not None and not is_public(address):
            raise PrivateAddressError(_say(host, None if str(address) == host else address))
        if address is None and is_local_name(host):
            raise PrivateAddressError(_say(host, None))

    def check_resolved(self, host: str, port: int, address: str) -> None:
        """Raises PrivateAddressError where the name of a host gave a private address."""
        if self.allow_private:
            return
        host, found = host.lower().rstrip("."), ipaddress.ip_address(address.partition("%")[0])
        if is_public(found):
            self._was_public.add(host)
        # a start page may lie in the user's network; but not from one minute to the next, nor where clouds keep keys
        elif (
            (host, port) not in self._named
            or host in self._was_public
            or (found.is_link_local and parse_address(host) is None)
        ):
            raise PrivateAddressError(_say(host, found))


def _say(host: str, address: Address | None) -> str:
    where = f"{host} is at {address}, which" if address is not None else f"{host}"
    return f"{where} belongs to this machine or a private network, and is not asked (ALLOW_PRIVATE_ADDRESSES)"


class _Lookup:
    """One connection that is being made: what its name may resolve to, and why it was refused, if it was."""

    def __init__(self, policy: AddressPolicy, host: str, port: int):
        self.policy, self.host, self.port = policy, host, port
        self.refusal: PrivateAddressError | None = None

    def check(self, address: str) -> str:
        try:
            self.policy.check_resolved(self.host, self.port, address)
        except PrivateAddressError as refusal:
            self.refusal = refusal
            raise DNSLookupError(str(refusal)) from None  # what Twisted expects of a resolver
        return address


_target: ContextVar[_Lookup | None] = ContextVar("target", default=None)
"""The host that the request under way is for; None where a proxy is asked in its place."""
_lookup: ContextVar[_Lookup | None] = ContextVar("lookup", default=None)
"""The connection that is being made."""


class CheckedResolver(CachingThreadedResolver):
    """Scrapy's resolver; gives no private address to a connection that must not have one, and forgets names."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._resolved_at: dict[str, float] = {}

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":
        if time.monotonic() - self._resolved_at.get(name, 0.0) > NAME_LIFETIME:
            dnscache.pop(name, None)
        lookup = _lookup.get()
        found = super().getHostByName(name, timeout)
        return found if lookup is None else found.addCallback(lookup.check)

    def _cache_result(self, result: Any, name: str) -> Any:
        if dnscache.limit is not None and len(self._resolved_at) > 10 * dnscache.limit:
            self._resolved_at.clear()
        self._resolved_at[name] = time.monotonic()
        return super()._cache_result(result, name)


@implementer(IStreamClientEndpoint)
class _CheckedEndpoint:
    """An endpoint whose host name is resolved under a policy."""

    def __init__(self, endpoint: IStreamClientEndpoint, target: _Lookup):
        self._endpoint, self._target = endpoint, target

    def connect(self, factory: IProtocolFactory) -> "Deferred[Any]":
        token = _lookup.set(self._target)
        try:
            # asks the resolver before it returns; zope's interfaces have no self
            connected = self._endpoint.connect(factory)  # type: ignore[call-arg, misc]
        finally:
            _lookup.reset(token)

        def name_refusal(failure: Failure) -> Failure:
            return failure if self._target.refusal is None else Failure(self._target.refusal)  # type: ignore[no-untyped-call]

        return connected.addErrback(name_refusal)


class _CheckedPool(HTTPConnectionPool):
    """Connections of one crawl, also those made again where a kept one was closed."""

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> "Deferred[Any]":
        target = _target.get()
        checked = endpoint if target is None else _CheckedEndpoint(endpoint, target)
        return super().getConnection(key, checked)  # type: ignore[arg-type]


class CheckedHandler(HTTP11DownloadHandler):
    """Fetches http and https where the policy of the crawl allows it. Raises PrivateAddressError elsewhere."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.policy = AddressPolicy(
            named_start_pages(crawler), allow_private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")
        )
        kept = self._pool
        self._pool = _CheckedPool(kept._reactor, persistent=kept.persistent)  # type: ignore[no-untyped-call]
        self._pool.maxPersistentPerHost = kept.maxPersistentPerHost
        self._pool._factory = kept._factory

    async def download_request(self, request: Request) -> Response:
        parts = urlparse_cached(request)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
        is_direct = not request.meta.get("proxy")
        _target.set(_Lookup(self.policy, host, port) if is_direct else None)
        try:
            self.policy.check_host(host, port)
            response = await super().download_request(request)
            if is_direct and response.ip_address is not None:
                # the same again, should a later Scrapy connect in another way
                self.policy.check_resolved(host, port, str(response.ip_address))
        except PrivateAddressError as refusal:
            logger.warning("%s: %s", request.url, refusal)
            raise
        finally:
            _target.set(None)
        return response


def named_start_pages(crawler: Crawler) -> tuple[str, ...]:
    """Addresses that the user named: start pages of the spider, or the one page that a command is about."""
    spider = crawler.spider
    named = [*(getattr(spider, "start_urls", None) or ()), getattr(spider, "url", None)]
    return tuple(url for url in named if isinstance(url, str))
