"""What goes to a terminal: columns that fit Han characters, colours, progress, and nothing that steers it."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO, TypeVar
from unicodedata import combining, east_asian_width

T = TypeVar("T")


def plain(text: str) -> str:
    """Without control and other unprintable characters: a page must not steer the reader's terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def plain_json(value: object, indent: int | None = None) -> str:
    """A value as JSON that people can read and that steers no terminal: what cannot be printed is escaped (`\\u202e`).

    >>> plain_json({"title": "招商\x9b31m\u202e"})
    '{"title": "招商\\\\u009b31m\\\\u202e"}'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(char if char.isprintable() or char in "\n\u3000" else json.dumps(char)[1:-1] for char in text)


def width(text: str) -> int:
    """Columns of a terminal; a Han character takes two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """`text` in exactly so many columns, cut where it is longer."""
    kept, used = "", 0
    for char in text:
        used += _columns(char)
        if used > columns:
            used -= _columns(char)
            break
        kept += char
    space = " " * (columns - used)
    return space + kept if right else kept + space


def table(rows: Iterable[Sequence[object]], names: Sequence[str], numbers: frozenset[str] = frozenset()) -> list[str]:
    """Rows under their names, in columns as wide as needed; those of `numbers` stand at the right."""
    cells = [list(names)] + [["" if cell is None else plain(str(cell)) for cell in row] for row in rows]
    widths = [max(width(line[n]) for line in cells) for n in range(len(names))]
    return [
        "  ".join(
            pad(cell, columns, right=name in numbers) for cell, columns, name in zip(line, widths, names, strict=True)
        ).rstrip()
        for line in cells
    ]


def emphasize(text: str, marks: Iterable[tuple[int, int]], colours: bool) -> str:
    """`text` without control characters, with the marked spans in colour."""
    shown, done = "", 0
    for start, end in marks:
        if start >= done:
            piece = plain(text[start:end])
            shown += plain(text[done:start]) + (f"\x1b[1;33m{piece}\x1b[0m" if colours else piece)
            done = end
    return shown + plain(text[done:])


def has_colours(stream: TextIO) -> bool:
    return stream.isatty()


class ProgressBar:
    """One line on standard error that is written anew as work goes on; nothing where that is no terminal."""

    def __init__(self, what: str, stream: TextIO | None = None):
        self._what = what
        self._stream = stream or sys.stderr
        self._began = self._shown = time.monotonic()
        self.is_seen = self._stream.isatty()

    def show(self, share: float, told: str) -> None:
        """How much is done, from 0 to 1, and what to say of it."""
        now = time.monotonic()
        if self.is_seen and now - self._shown > 0.2:
            self._shown = now
            bar = "#" * round(30 * share)
            self._stream.write(f"\r{self._what} [{bar:30}] {told}, {self.seconds_left(share):.0f} s left  \x1b[K")
            self._stream.flush()

    def end(self, told: str = "") -> None:
        if self.is_seen:
            self._stream.write(f"\r\x1b[K{self._what}: {told}\n" if told else "\r\x1b[K")

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def seconds_left(self, share: float) -> float:
        return self.seconds() * (1 - share) / share if share else 0.0


def with_progress(items: Iterable[T], total: int, what: str, stream: TextIO | None = None) -> Iterator[T]:
    """The items, with a bar on standard error while they pass by; nothing where that is no terminal."""
    bar = ProgressBar(what, stream)
    done = 0
    for done, item in enumerate(items, 1):
        yield item
        bar.show(min(1.0, done / total) if total else 1.0, f"{done:,} of {total:,}")
    bar.end(f"{done:,} in {bar.seconds():.0f} s")


def _columns(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 0 if combining(char) else 1
