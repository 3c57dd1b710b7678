"""Which portals there are to crawl, and when each is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from promo_crawler.arguments import ArgumentError, parse_start_url, sister_hosts
from promo_crawler.frontier import Frontier
from promo_crawler.intervals import ROUNDS, Bounds, Due, LastRun, PastRound, find_due
from promo_crawler.portal_lock import PortalBusyError, PortalLock
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.portals import find_portal

UNDECLARED = "portal"
"""The spider for portals that no class declares."""

Portals = Mapping[str, type[PortalSpider]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A portal of the agenda: its name, as the frontier and the lock know it, and how it is crawled."""

    portal: str
    spider: type[PortalSpider]
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def interval(self) -> timedelta | None:
        return self.spider.interval


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry, when it is due, and what that follows from."""

    entry: Entry
    due: Due
    run: LastRun | None
    rounds: list[PastRound]

    @property
    def is_open(self) -> bool:
        """Whether the last run or round has no end: it is under way, or was cut short."""
        return (self.run is not None and self.run.outcome is None) or any(r.ended is None for r in self.rounds[:1])


def list_declared(portals: Portals, arguments: Mapping[str, str]) -> list[Entry]:
    """The declared portals whose start page is known. Raises ArgumentError for arguments that no spider takes."""
    return [_entry(spider, arguments) for spider in portals.values() if spider.start_urls]


def list_undeclared(path: Path, portals: Portals, arguments: Mapping[str, str]) -> list[Entry]:
    """The portals of a file with one start page a line; `#` begins a comment. Several lines with one host are one
    portal with several start pages, and a host that a class declares is crawled by that class. Raises ArgumentError,
    which says the line."""
    by_host: dict[str, list[str]] = {}
    for url in read_start_urls(path):
        known = next((host for host in sister_hosts(url) if host in by_host), sister_hosts(url)[0])
        urls = by_host.setdefault(known, [])
        if url not in urls:
            urls.append(url)
    entries = []
    for urls in by_host.values():
        declared = next(filter(None, (find_portal(portals, f"//{host}") for host in sister_hosts(urls[0]))), None)
        own = {} if declared and declared.start_urls else {"url": ",".join(urls)}
        entries.append(_entry(declared or portals[UNDECLARED], {**arguments, **own}))
    return entries


def read_start_urls(path: Path) -> list[str]:
    """The addresses of a file. Raises ArgumentError for a file that cannot be read, that holds none, or a line that
    is none."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ArgumentError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ArgumentError(f"{path} is no text in UTF-8") from None
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        url = line.strip().partition(" #")[0].partition("\t#")[0].strip()
        if not url or url.startswith("#"):
            continue
        try:
            # a comma parts two start pages in a spider's argument
            found.append(parse_start_url(url).replace(",", "%2C"))
            if len(url.split()) > 1:
                raise ArgumentError
        except ArgumentError:
            raise ArgumentError(f"{path}, line {number}: {url!r} is not an address that begins with http://") from None
    if not found:
        raise ArgumentError(f"{path} holds no address")
    return found


def merge(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Each portal once, by its name; the first entry stays."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.portal, entry)
    return found


def choose(entries: Mapping[str, Entry], names: Iterable[str]) -> dict[str, Entry]:
    """Only the named portals. Raises ArgumentError for a name that none of them has."""
    chosen = {}
    for name in names:
        if name not in entries:
            raise ArgumentError(
                f"no portal with a start page is called {name}; 'scrapy schedule --list' shows those there are"
            )
        chosen[name] = entries[name]
    return chosen


class Agenda:
    """When the portals are due, as the frontier has it now; other processes may crawl them too."""

    def __init__(self, entries: Mapping[str, Entry], frontier: Frontier, bounds: Bounds):
        self.entries = entries
        self._frontier = frontier
        self._bounds = bounds

    @property
    def shortest(self) -> timedelta:
        return self._bounds.shortest

    def stand(self, portal: str) -> Standing:
        entry = self.entries[portal]
        rounds = self._frontier.past_rounds(portal, ROUNDS)
        run = self._frontier.last_run(portal)
        return Standing(entry, find_due(entry.interval, rounds, run, self._bounds), run, rounds)

    def due_at(self, portal: str, never: datetime) -> datetime:
        """When a portal is due; `never` for one that never was crawled."""
        return self.stand(portal).due.at or never


def is_being_crawled(data: Path, portal: str) -> bool:
    """Whether a process is crawling the portal now."""
    lock = PortalLock(data, portal)
    try:
        lock.acquire()
    except PortalBusyError:
        return True
    lock.release()
    return False


def _entry(spider: type[PortalSpider], arguments: Mapping[str, str]) -> Entry:
    return Entry(spider(**arguments).portal, spider, dict(arguments))
