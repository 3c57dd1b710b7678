"""The corpus, or a part of it, as one file (or a folder for Hugging Face) that other programs load."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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


def export(corpus: Corpus, output: Path | None, form: str, rows: str, selection: Selection) -> Contents:
    """Writes the export under a temporary name, and gives it its own when it is whole; then the card. `output` None:
    standard output, without a card. Raises ExportError, OSError."""
    if form == "txt" and rows != "articles":
        raise ExportError("--format txt holds texts, one an article: leave out --rows sightings")
    contents = Contents()
    columns = ROWS[rows]
    found = with_progress(_rows(corpus, rows, selection, contents), _total(corpus, rows), "export")
    if output is None:
        if form not in TEXT_FORMATS:
            raise ExportError(f"--format {form} needs a name: --output")
        with TEXT_FORMATS[form](sys.stdout, list(columns)) as write:
            _write_all(found, write, contents)
        return contents
    if form == "hf" and output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ExportError(f"{output} is there already: say the name of a new folder")
    filters = _describe(selection)
    with _finished(output) as temporary:
        if form == "hf":
            pattern = _write_folder(found, temporary, list(columns), contents)
            card = write_card(contents, columns, rows, filters, hub_header(contents.rows, pattern, columns))
            (temporary / "README.md").write_text(card, "utf-8", newline="\n")
        elif form == "parquet":
            with write_parquet(temporary, list(columns)) as write:
                _write_all(found, write, contents)
        else:
            # Excel takes a file without a mark for one in the machine's own charset
            excel = {"newline": "", "encoding": "utf-8-sig"} if form == "csv" else {}
            with open_text(temporary, output.suffix, **excel) as file, TEXT_FORMATS[form](file, list(columns)) as write:
                _write_all(found, write, contents)
    if form != "hf":
        card_path = output.with_name(f"{output.name}.README.md")
        card_path.write_text(write_card(contents, columns, rows, filters), "utf-8", newline="\n")
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


def _write_folder(found: Iterator[Row], folder: Path, columns: list[str], contents: Contents) -> str:
    """Files of `ROWS_A_FILE` rows below `data/`: Parquet, or JSON lines where pyarrow is missing. Returns the pattern
    of their names."""
    suffix = "parquet" if has_pyarrow() else "jsonl"
    data = folder / "data"
    data.mkdir(parents=True)
    with ExitStack() as files:
        write: Write | None = None
        for row in found:
            if write is None or contents.rows % ROWS_A_FILE == 0:
                files.close()
                write = _open_part(files, data / f"train-{contents.rows // ROWS_A_FILE:05}.{suffix}", columns)
            write(row)
            contents.count(row)
        if write is None:  # an empty table has its columns all the same
            _open_part(files, data / f"train-00000.{suffix}", columns)
    return f"data/train-*.{suffix}"


def _open_part(files: ExitStack, path: Path, columns: list[str]) -> Write:
    if path.suffix == ".parquet":
        return files.enter_context(write_parquet(path, columns))
    return files.enter_context(TEXT_FORMATS["jsonl"](files.enter_context(open_text(path, "")), columns))


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
