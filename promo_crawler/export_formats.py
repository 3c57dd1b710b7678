"""Writing rows as JSON lines, CSV, Parquet or plain text."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

COLUMNS = {
    "id": "first 16 hex digits of content_hash; also the file name in the corpus",
    "title": "headline, without site or section name",
    "kicker": "line above the headline (肩题)",
    "subtitle": "line below the headline (副题)",
    "text": "body, paragraphs one a line",
    "characters": "length of the body",
    "published_at": "time of publication, +08:00; midnight where only the day is known",
    "published_precision": "day, minute or second",
    "published_from": "where the time was found: rules, info_line, meta, url, list_page, dateline",
    "portal": "portal that published it first",
    "url": "address there",
    "source": "来源 as declared there",
    "publisher": "medium that runs the page",
    "authors": "记者, 通讯员, 作者",
    "editors": "编辑, 责任编辑",
    "reviewers": "审核, 终审, 监制",
    "section": "breadcrumb, from the outermost channel inwards",
    "script": "script of the page: hans, hant, mixed, other",
    "places": "pages where the text was seen",
    "superseded": "whether each of these pages has shown another text since",
    "fetched_at": "time of the fetch, UTC",
    "content_hash": "SHA-256 of the body, blind to script, width, punctuation and space",
    "cleaner_version": "version of the rules that read the page",
}
"""The fields of an article, explained."""
PLACE_COLUMNS = {
    "id": "the article: first 16 hex digits of its content_hash",
    "place": "1 for the first publication, 2 for the next ...",
    "url": "address of the page",
    "portal": "portal that the page belongs to",
    "title": "headline there",
    "published_at": "time of publication there, +08:00",
    "published_precision": "day, minute or second",
    "published_from": "where the time was found",
    "source": "来源 as declared there",
    "authors": "记者, 通讯员, 作者, as named there",
    "editors": "编辑, 责任编辑, as named there",
    "section": "breadcrumb there",
    "fetched_at": "time of the fetch, UTC",
}
"""The fields of a sighting, explained."""
LISTS = frozenset({"authors", "editors", "reviewers", "section"})
NUMBERS = frozenset({"characters", "places", "place"})
TIMES = frozenset({"published_at", "fetched_at"})
# what spreadsheets take for a formula
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_ROWS_AT_ONCE = 1000

Row = dict[str, Any]
Write = Callable[[Row], None]


class ExportError(Exception):
    """What was asked for cannot be exported; the message is one sentence."""


@contextmanager
def open_text(path: Path, suffix: str, newline: str = "\n", encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to write, packed as the suffix (`.gz`, `.zst`) of its final name says; the same text gives the same
    bytes."""
    with path.open("wb") as raw:
        if suffix == ".gz":
            packed: Any = gzip.GzipFile("", "wb", 6, raw, mtime=0)
        elif suffix == ".zst":
            packed = _zstandard().ZstdCompressor(level=9).stream_writer(raw, closefd=False)
        else:
            packed = raw
        with io.TextIOWrapper(packed, encoding, newline=newline, write_through=False) as file:
            yield file


@contextmanager
def write_jsonl(file: TextIO, columns: list[str]) -> Iterator[Write]:
    def write(row: Row) -> None:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")

    yield write


@contextmanager
def write_csv(file: TextIO, columns: list[str]) -> Iterator[Write]:
    """Lists joined by `; `. What a spreadsheet would take for a formula gets an apostrophe before it."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)

    def write(row: Row) -> None:
        writer.writerow([_cell(row[name]) for name in columns])

    yield write


@contextmanager
def write_txt(file: TextIO, columns: list[str]) -> Iterator[Write]:
    """Headline and paragraphs one a line; a blank line between articles."""
    is_first = True

    def write(row: Row) -> None:
        nonlocal is_first
        file.write(("" if is_first else "\n") + "".join(f"{part}\n" for part in (row["title"], row["text"]) if part))
        is_first = False

    yield write


@contextmanager
def write_parquet(path: Path, columns: list[str]) -> Iterator[Write]:
    """Raises ExportError where pyarrow is not installed."""
    pyarrow, parquet = _pyarrow()
    kinds = {name: _arrow_type(pyarrow, name) for name in columns}
    schema = pyarrow.schema(list(kinds.items()))
    waiting: list[Row] = []
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(pyarrow.Table.from_pylist(waiting, schema=schema))
            waiting.clear()

        def write(row: Row) -> None:
            times = {name: datetime.fromisoformat(row[name]) for name in TIMES & row.keys() if row[name]}
            waiting.append(row | times)
            if len(waiting) >= _ROWS_AT_ONCE:
                flush()

        yield write
        flush()


TEXT_FORMATS: dict[str, Callable[[TextIO, list[str]], AbstractContextManager[Write]]] = {
    "jsonl": write_jsonl, "csv": write_csv, "txt": write_txt,
}  # fmt: skip
FORMATS = (*TEXT_FORMATS, "parquet", "hf")


def has_pyarrow() -> bool:
    try:
        _pyarrow()
    except ExportError:
        return False
    return True


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _arrow_type(pyarrow: Any, name: str) -> Any:
    if name in LISTS:
        return pyarrow.list_(pyarrow.string())
    if name in TIMES:
        return pyarrow.timestamp("s", tz="+08:00" if name == "published_at" else "UTC")
    if name == "superseded":
        return pyarrow.bool_()
    return pyarrow.int32() if name in NUMBERS else pyarrow.string()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ExportError("Parquet needs pyarrow: pip install 'promo-crawler[export]' (or pyarrow)") from None
    return pyarrow, pyarrow.parquet


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise ExportError("zstd needs zstandard: pip install 'promo-crawler[export]' (or zstandard)") from None
    return zstandard
