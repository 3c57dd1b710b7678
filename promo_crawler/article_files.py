"""Articles as files that need no program to read.

<portal>/<year>/<id>.txt    the body, paragraphs one a line
<portal>/<year>/<id>.json   everything else: fields, sightings, versions
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from promo_crawler.names import folder_name


class ArticleFiles:
    """The files below one corpus folder. A file is whole or not there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._root = str(folder)

    def path(self, portal: str | None, published_at: str | None, id_: str) -> str:
        """Place of an article's text, relative to the corpus folder."""
        return f"{folder_name(portal)}/{published_at[:4] if published_at else 'undated'}/{id_}.txt"

    def read_text(self, path: str) -> str | None:
        """The body, or None where somebody took the file away."""
        try:
            with Path(f"{self._root}/{path}").open(encoding="utf-8", errors="replace", newline="\n") as file:
                return file.read().removesuffix("\n")
        except OSError:
            return None

    def read_fields(self, path: str) -> dict[str, Any]:
        """The .json beside a text; empty where it is gone or none."""
        try:
            fields = json.loads((self.folder / _json_path(path)).read_bytes())
        except (OSError, ValueError):
            return {}
        return fields if isinstance(fields, dict) else {}

    def has_text(self, path: str) -> bool:
        return os.path.exists(f"{self._root}/{path}")  # noqa: PTH110  a third of what Path takes

    def write_text(self, path: str, text: str, is_new: bool = False) -> None:
        self._write(path, text + "\n", is_new)

    def write_fields(self, path: str, fields: dict[str, Any], is_new: bool = False) -> None:
        """Writes the .json beside a text; nothing is done where it says the same already."""
        self._write(_json_path(path), _indented(fields) + "\n", is_new)

    def remove(self, path: str) -> None:
        for name in (path, _json_path(path)):
            (self.folder / name).unlink(missing_ok=True)

    def walk(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every article: the place of its text, and its fields. A .json that cannot be read has no fields."""
        for folder, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".json") and not name.startswith("."):
                    path = Path(folder, name).with_suffix(".txt").relative_to(self.folder).as_posix()
                    yield path, self.read_fields(path)

    def _write(self, path: str, text: str, is_new: bool) -> None:
        """Writes a whole file or none: a kill leaves at most a hidden `.tmp`, which the next try replaces. Nothing is
        done where the file says the same already; `is_new` saves looking."""
        whole = f"{self._root}/{path}"
        data = text.encode("utf-8")
        with suppress(FileNotFoundError):
            if not is_new and Path(whole).read_bytes() == data:
                return
        folder, _, name = whole.rpartition("/")
        temporary = f"{folder}/.{name}.tmp"
        try:
            try:
                _write_bytes(temporary, data)
            except FileNotFoundError:
                Path(folder).mkdir(parents=True, exist_ok=True)
                _write_bytes(temporary, data)
            os.replace(temporary, whole)  # noqa: PTH105  here and below, Path would take longer than the system
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _write_bytes(path: str, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)


def _indented(value: Any, margin: str = "\n ") -> str:
    """As `json.dumps(value, ensure_ascii=False, indent=1)`, in a quarter of the time: with an indent, that one does
    without its C encoder."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict) and value:
        deeper = margin + " "
        parts = [
            f"{margin}{encode_basestring(name)}: "
            f"{encode_basestring(each) if isinstance(each, str) else _indented(each, deeper)}"
            for name, each in value.items()
        ]
        return f"{{{','.join(parts)}{margin[:-1]}}}"
    if isinstance(value, list) and value:
        deeper = margin + " "
        return f"[{','.join([margin + _indented(each, deeper) for each in value])}{margin[:-1]}]"
    return json.dumps(value, ensure_ascii=False)


def _json_path(path: str) -> str:
    return path.removesuffix(".txt") + ".json"
