"""Which articles a command is asked for: the options that search, export and stats share."""

import argparse
from dataclasses import dataclass
from datetime import date

from promo_crawler.arguments import ArgumentError
from promo_crawler.fulltext import Bounds, match_words, portal_token, spaced
from promo_crawler.records import DAY, day_number


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles by where, when and from whom they were published. Empty: all."""

    portals: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    source: str | None = None
    """Words of the 来源, as a phrase."""
    old_versions: bool = False
    """Whether also texts that their page has replaced since."""

    def accepts(self, portal: str | None, published_at: str | None, source: str | None) -> bool:
        """Whether something published there and then is wanted. `published_at` is ISO 8601."""
        day = (published_at or "")[:10]
        if (self.since and day < self.since.isoformat()) or (self.until and not "" < day <= self.until.isoformat()):
            return False
        if self.portals and portal not in self.portals:
            return False
        return self.source is None or f" {_words(self.source)} " in f" {_words(source)} "

    @property
    def bounds(self) -> Bounds:
        """Numbers of the articles published then. Undated articles are in no time, and first of all."""
        if self.since is None and self.until is None:
            return Bounds()
        low = day_number(self.since) * DAY if self.since else -DAY * DAY + (1 << 32)
        return Bounds(low, (day_number(self.until) + 1) * DAY) if self.until else Bounds(low)

    def match(self) -> str:
        """What the full text is to be asked besides the words; empty where nothing."""
        parts = []
        if self.source:
            parts.append(match_words([_words(self.source)], "source"))
        if self.portals:
            tokens = " OR ".join(f'"{portal_token(portal)}"' for portal in self.portals)
            parts.append(f"{{portal}} : ({tokens})")
        return " AND ".join(parts)


def add_selection_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--portal", metavar="NAME", help="of these portals (comma separated)")
    parser.add_argument("--from", dest="since", metavar="YYYY-MM-DD", help="published on that day or later")
    parser.add_argument("--to", dest="until", metavar="YYYY-MM-DD", help="published on that day or earlier")
    parser.add_argument("--source", metavar="WORDS", help="whose 来源 has these words")
    parser.add_argument(
        "--old-versions", action="store_true", help="also texts that their page has replaced by another since"
    )


def read_selection(opts: argparse.Namespace) -> Selection:
    """Raises ArgumentError for a day that is none, or a 来源 without a letter."""
    since, until = _day("--from", opts.since), _day("--to", opts.until)
    if since and until and since > until:
        raise ArgumentError(f"--from {since} is after --to {until}")
    if opts.source is not None and not spaced(opts.source).strip():
        raise ArgumentError(f"--source {opts.source}: has no letter or digit")
    portals = tuple(name.strip() for name in (opts.portal or "").split(",") if name.strip())
    return Selection(portals, since, until, opts.source, opts.old_versions)


def _words(text: str | None) -> str:
    return " ".join(spaced(text).split())


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise ArgumentError(f"{option} {text}: not a day like 2024-03-01") from None
