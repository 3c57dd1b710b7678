"""Whether going on with a portal makes sense, told by its last answers."""

from cleaners import RawPage, Rejected, RejectReason, clean_page

PATIENCE = 10
"""Bad answers in a row, of one kind and with no good one between, after which a run stops."""

BLOCKED, UNREACHABLE, ASKED_TO_WAIT = "blocked", "unreachable", "asked_to_wait"
"""Reasons why a run ends early; they stand in its report."""
STOPPED = {
    BLOCKED: f"{PATIENCE} answers in a row came from a firewall: the portal has blocked this crawl, so the run stops",
    UNREACHABLE: f"{PATIENCE} requests in a row got no usable answer: the run stops, the next one goes on",
    ASKED_TO_WAIT: "the portal asks to wait longer than BACKOFF_MAX: the run stops, a later one goes on",
}

MAX_WALL_BYTES = 50_000
"""A wall is a small page: its script and one sentence."""
BLOCK_STATUSES = frozenset({401, 403, 412, 418, 429, 521})
"""What firewalls before Chinese portals answer: 412 瑞数, 521 加速乐, 418 and 403 others; 429 is the plain word."""


def is_block_page(page: RawPage) -> bool:
    """Whether a firewall answered in the portal's place, with status 200."""
    if len(page.body) > MAX_WALL_BYTES:
        return False
    try:
        clean_page(page)
    except Rejected as no:
        return no.reason is RejectReason.BLOCKED_PAGE
    return False


class Health:
    """Counts bad answers in a row."""

    def __init__(self) -> None:
        self._in_a_row = {BLOCKED: 0, UNREACHABLE: 0}

    def note_good(self) -> None:
        self._in_a_row = dict.fromkeys(self._in_a_row, 0)

    def note_blocked(self) -> str | None:
        """Returns the reason to stop, when it is time."""
        return self._note(BLOCKED)

    def note_failure(self) -> str | None:
        """No answer, or one that says only that the server is ill. Returns the reason to stop, when it is time."""
        return self._note(UNREACHABLE)

    def _note(self, kind: str) -> str | None:
        self._in_a_row[kind] += 1
        return kind if self._in_a_row[kind] >= PATIENCE else None
