"""`scrapy export`: the corpus for other programs."""

import argparse
import sys
from pathlib import Path

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.export import PACKED, ROWS, export
from promo_crawler.export_formats import FORMATS, ExportError
from promo_crawler.refusal import FAILURE_EXIT
from promo_crawler.selection import add_selection_options, read_selection


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Export the corpus as JSON lines, CSV, Parquet, text, or for Hugging Face datasets"

    def long_desc(self) -> str:
        return (
            "Writes the articles in the order of their publication, with a card (README.md) that counts them and"
            " explains the fields. JSON lines, CSV and text are packed where name or format end in .gz or .zst. hf is a"
            " folder that datasets.load_dataset opens; --shard makes a folder of any other format, for a corpus too"
            " large for one file. The same corpus gives the same bytes."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_selection_options(parser)
        parser.add_argument("--format", help=f"{', '.join(FORMATS)} (default: as the name of --output ends, or jsonl)")
        parser.add_argument("--output", metavar="FILE", help="where to (default: standard output, without a card)")
        parser.add_argument(
            "--shard", type=int, metavar="ROWS", help="make --output a folder whose files hold so many rows each"
        )
        parser.add_argument("--rows", default="articles", help="articles (default), or sightings: one row a place")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise ArgumentError(f"{args[0]}: not an option; the file is given with --output")
        output = Path(opts.output) if opts.output else None
        if opts.shard is not None and opts.shard < 1:
            raise ArgumentError(f"--shard {opts.shard}: not a number of rows like 100000")
        form, packing = _unpacked(opts.format or (_format_of(output) if output and not opts.shard else "jsonl"))
        if form not in FORMATS or (packing and form == "parquet"):
            raise ArgumentError(f"--format {form}{packing}: say one of {', '.join(FORMATS)}")
        if opts.rows not in ROWS:
            raise ArgumentError(f"--rows {opts.rows}: say one of {', '.join(ROWS)}")
        selection = read_selection(opts)
        with self.corpus() as corpus:
            try:
                contents = export(corpus, output, form, opts.rows, selection, packing, opts.shard)
            except ExportError as error:
                return self.refuse(str(error), FAILURE_EXIT)
            except KeyboardInterrupt:
                return self.refuse(f"interrupted, {output or 'the rest'} was not written", FAILURE_EXIT)
        print(f"{contents.rows} {opts.rows}" + (f" in {output}" if output else ""), file=sys.stderr)
        if contents.old_versions:
            print(f"{contents.old_versions} older versions are left out (--old-versions)", file=sys.stderr)
        if contents.lost:
            self.refuse(f"{contents.lost} articles are left out, for their files are gone", FAILURE_EXIT)
        return None


def _unpacked(form: str) -> tuple[str, str]:
    """`jsonl.gz` taken apart."""
    packing = next((ending for ending in PACKED if form.endswith(ending)), "")
    return form.removesuffix(packing), packing


def _format_of(output: Path) -> str:
    suffixes = [suffix for suffix in output.suffixes if suffix not in PACKED]
    form = suffixes[-1].removeprefix(".") if suffixes else ""
    if form not in FORMATS:
        raise ArgumentError(f"--output {output}: the name does not say which format; say it with --format")
    return form
