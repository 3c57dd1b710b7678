"""Which member of a cluster the others were taken from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """What is known of where and when an article of a cluster was published."""

    id: str
    published_at: datetime | None
    """Aware; midnight where only the day is known."""
    source: str | None
    """来源 as declared."""
    names: Collection[str]
    """How the portal is called: its title, its medium (`Article.publisher`). Empty where nobody said."""


def find_origin(publications: Iterable[Publication]) -> Publication:
    """The earliest publication; within one day, what declarations and the clock say. Raises ValueError for none.

    Of the members of the earliest day (undated ones come last) those are passed over whose 来源 names the portal of
    another member; then a portal that names itself, then one that names nobody, goes before one that names a stranger.
    Only then the time of day decides (a mere day comes after a time), and at last the id. No order of the members
    changes the answer.
    """
    members = sorted(publications, key=lambda member: member.id)
    if not members:
        raise ValueError("a cluster without members has no origin")
    return min(members, key=lambda member: _rank(member, members))


def _rank(member: Publication, members: list[Publication]) -> tuple[bool, str, bool, int, bool, str, str]:
    time = member.published_at
    is_own = _is_named(member.source, member.names)
    taken = not is_own and any(_is_named(member.source, other.names) for other in members if other.id != member.id)
    clock = time.strftime("%H:%M:%S") if time else ""
    return (
        time is None,
        time.date().isoformat() if time else "",
        taken,
        0 if is_own else 1 if not member.source else 2,
        clock in ("", "00:00:00"),
        clock,
        member.id,
    )


def _is_named(source: str | None, names: Collection[str]) -> bool:
    """Whether a 来源 is one of these names, or has one in it (`青澜日报客户端` names 青澜日报)."""
    return source is not None and any(len(name) > 1 and name in source for name in names)
