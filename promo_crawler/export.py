"""The corpus, or a part of it, as one file or a folder of files that other programs load."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from promo_crawler.corpus import Corpus
from promo_crawler.dataset_card import Contents, hub_header, write_card
from promo_crawler.export_formats import (
    COLUMNS,
    LISTS,
    PLACE_COLUMNS,
    TEXT_FORMATS,
    ExportError,
    Row,
    Write,
    has_pyarrow,
    open_text,
    write_parquet,
)
from promo_crawler.selection import Selection
from promo_crawler.terminal import with_progress

ROWS = {"articles": COLUMNS, "sightings": PLACE_COLUMNS}
ROWS_A_FILE = 100_000
"""Rows in one file of a Hugging Face folder."""
PACKED = (".gz", ".zst")


def export(
    corpus: Corpus,
    output: Path | None,
    form: str,
    rows: str,
    selection: Selection,
    packing: str = "",
    shard: int | None = None,
) -> Contents:
    """Writes the export under a temporary name, and gives it its own when it is whole; then the card. `output` None:
    standard output, without a card. With `shard`, a folder whose files hold so many rows each. `packing` is one of
    `PACKED`, or what the name of a file ends in. Raises ExportError, OSError."""
    if form == "txt" and rows != "articles":
        raise ExportError("--format txt holds texts, one an article: leave out --rows sightings")
    if form == "hf" and (shard or packing):
        raise ExportError("--format hf says itself how its files are made: leave out --shard and packing")
    contents = Contents()
    columns = ROWS[rows]
    found = with_progress(_rows(corpus, rows, selection, contents), _total(corpus, rows), "export")
    if output is None:
        if shard or packing or form not in TEXT_FORMATS:
            raise ExportError(f"--{f'shard {shard}' if shard else f'format {form}{packing}'} needs a name: --output")
        with TEXT_FORMATS[form](sys.stdout, list(columns)) as write:
            _write_all(found, write, contents)
        return contents
    is_folder = form == "hf" or shard is not None
    if is_folder and output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ExportError(f"{output} is there already: say the name of a new folder")
    filters = _describe(selection)
    with _finished(output) as temporary:
        if is_folder:
            header = _write_folder(found, temporary, form, rows, packing, shard or ROWS_A_FILE, contents)
            _write_text(temporary / "README.md", write_card(contents, columns, rows, filters, header))
        else:
            with _open_file(temporary, form, packing or output.suffix, columns) as write:
                _write_all(found, write, contents)
    if not is_folder:
        _write_text(output.with_name(f"{output.name}.README.md"), write_card(contents, columns, rows, filters))
    return contents


def _rows(corpus: Corpus, rows: str, selection: Selection, contents: Contents) -> Iterator[Row]:
    for known in corpus.index.in_order_of_time():
        if rows == "articles" and not selection.accepts(known["portal"], known["published_at"], known["source"]):
            continue
        if known["superseded"] and not selection.old_versions:
            contents.old_versions += 1
            continue
        path = corpus.path(known)
        fields, text = corpus.files.read_fields(path), corpus.files.read_text(path)
        if not fields or text is None:
            contents.lost += 1
            continue
        if rows == "articles":
            fields |= {"text": text, "characters": len(text), "superseded": bool(known["superseded"])}
            fields["places"] = len(fields["sightings"])
            yield {name: fields.get(name, [] if name in LISTS else None) for name in COLUMNS}
            continue
        for number, place in enumerate(fields["sightings"], 1):
            if selection.accepts(place["portal"], place["published_at"], place["source"]):
                there = fields | place | {"place": number}
                yield {name: there.get(name, [] if name in LISTS else None) for name in PLACE_COLUMNS}


def _write_all(found: Iterator[Row], write: Write, contents: Contents) -> None:
    for row in found:
        write(row)
        contents.count(row)


def _write_folder(
    found: Iterator[Row], folder: Path, form: str, rows: str, packing: str, rows_a_file: int, contents: Contents
) -> str:
    """Files of so many rows: `articles-00000.jsonl` and so on, or `data/train-00000.parquet` for Hugging Face (JSON
    lines where pyarrow is missing). Returns what the card begins with there."""
    columns = ROWS[rows]
    stem = "data/train" if form == "hf" else rows
    kind = form if form != "hf" else "parquet" if has_pyarrow() else "jsonl"
    (folder / stem).parent.mkdir(parents=True)

    def next_file() -> AbstractContextManager[Write]:
        number = contents.rows // rows_a_file
        return _open_file(folder / f"{stem}-{number:05}.{kind}{packing}", kind, packing, columns)

    with ExitStack() as files:
        write = files.enter_context(next_file())  # an empty table has its columns all the same
        for row in found:
            if contents.rows and contents.rows % rows_a_file == 0:
                files.close()
                write = files.enter_context(next_file())
            write(row)
            contents.count(row)
    return hub_header(contents.rows, f"{stem}-*.{kind}", columns) if form == "hf" else ""


@contextmanager
def _open_file(path: Path, form: str, packing: str, columns: dict[str, str]) -> Iterator[Write]:
    if form == "parquet":
        with write_parquet(path, list(columns)) as write:
            yield write
        return
    # Excel takes a file without a mark for one in the machine's own charset
    excel = {"newline": "", "encoding": "utf-8-sig"} if form == "csv" else {}
    with open_text(path, packing, **excel) as file, TEXT_FORMATS[form](file, list(columns)) as write:
        yield write


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


@contextmanager
def _finished(output: Path) -> Iterator[Path]:
    """A temporary name beside the final one, which it becomes if nothing goes wrong."""
    if not output.parent.is_dir():
        raise ExportError(f"{output.parent}: no such folder")
    temporary = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(output)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def _total(corpus: Corpus, rows: str) -> int:
    return corpus.index.count() if rows == "articles" else corpus.index.count_places()


def _describe(selection: Selection) -> str:
    parts = [f"portals {', '.join(selection.portals)}"] if selection.portals else []
    parts += [f"published from {selection.since}"] if selection.since else []
    parts += [f"published to {selection.until}"] if selection.until else []
    parts += [f"来源 with {selection.source}"] if selection.source else []
    return "; ".join(parts) or "all"
