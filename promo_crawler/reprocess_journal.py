"""How far reading saved files again has come, so that a killed run is taken up where it stopped."""

import json
from collections import deque
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from cleaners.schema import CLEANER_VERSION


class Place(NamedTuple):
    """Where a page lies: file, offset of its first record."""

    path: Path
    offset: int


class Entry:
    """A page that was begun."""

    __slots__ = ("is_done", "place")

    def __init__(self, place: Place):
        self.place = place
        self.is_done = False


class Journal:
    """The pages under way, and on disk the first one that is not done. Pages may end in any order.

    `about` is all that decides what the run writes; a run about something else has another journal. It lies in the
    folder of the corpus: who deletes that to make it anew begins anew.
    """

    def __init__(self, corpus: Path, files: Sequence[Path], about: str):
        sizes = "".join(f"{file.resolve()}\0{file.stat().st_size}\n" for file in files)
        digest = blake2b(f"{CLEANER_VERSION}\n{about}\n{sizes}".encode(), digest_size=8).hexdigest()
        self._files = files
        self._path = corpus / f".reprocess-{digest}"
        self._entries: deque[Entry] = deque()
        self._next: Place | None = None
        self._is_saved = True

    def read(self) -> Place | None:
        """Where a run of before stopped; None where there was none, or nothing can be made of what it left."""
        try:
            said = json.loads(self._path.read_text("utf-8"))
            return Place(self._files[said["file"]], int(said["offset"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def begin(self, place: Place) -> Entry:
        entry = Entry(place)
        self._entries.append(entry)
        return entry

    def end(self, entry: Entry) -> None:
        entry.is_done = True
        while self._entries and self._entries[0].is_done:
            self._next = self._entries.popleft().place
            self._is_saved = False

    def save(self) -> None:
        """Raises OSError where it cannot be written."""
        place = self._entries[0].place if self._entries else self._next
        if self._is_saved or place is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(
            json.dumps({"file": self._files.index(place.path), "offset": place.offset}) + "\n", "utf-8"
        )
        temporary.replace(self._path)
        self._is_saved = True

    def remove(self) -> None:
        """The run has come to its end."""
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".tmp").unlink(missing_ok=True)
