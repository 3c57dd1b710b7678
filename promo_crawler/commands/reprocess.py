"""`scrapy reprocess`: saved pages through the same pipelines, without the network."""

import argparse
from pathlib import Path

from promo_crawler.archive import ArchiveError
from promo_crawler.arguments import ArgumentError
from promo_crawler.reprocess import ReprocessSpider, find_files
from promo_crawler.run_command import RunSpiderCommand


class Command(RunSpiderCommand):
    def syntax(self) -> str:
        return "[options] <path> [<path> ...]"

    def short_desc(self) -> str:
        return "Read saved pages again: WARC files, folders of pages, texts"

    def long_desc(self) -> str:
        return (
            "Reads WARC files (ours or another program's), saved pages (.html, .html.gz) and texts (.txt), or folders"
            " of them, and writes the same corpus as a crawl. The files are only read. Arguments: -a portal=NAME for"
            " pages that do not say theirs, -a since=YYYY-MM-DD, -a restart=1 to begin anew where a run was killed"
            " (else it goes on there). Settings: -s DATA_DIR=FOLDER, -s WORKERS=N (default: as many as there are"
            " cores)."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not args:
            return self.refuse("say which files or folders")
        corpus = Path(self.settings["DATA_DIR"]) / "corpus"
        try:
            files = [file for path in args for file in find_files(Path(path), leave_out=corpus)]
            ReprocessSpider(files, **opts.spargs)
        except (ArchiveError, ArgumentError) as error:
            return self.refuse(str(error))
        if self.is_ready():
            self.run_spider(ReprocessSpider, paths=files, **opts.spargs)
