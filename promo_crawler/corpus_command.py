"""What commands that read the corpus share."""

import argparse
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import Corpus, CorpusError
from promo_crawler.index import say_unusable
from promo_crawler.refusal import FAILURE_EXIT, USAGE_EXIT, Refusing
from promo_crawler.search import QueryError


class CorpusCommand(Refusing, ScrapyCommand):
    """Says mistakes in one sentence on standard error, and exits with a code that tells. `look` does the work."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.look(args, opts)
            sys.stdout.flush()
        except (ArgumentError, QueryError) as error:
            self.refuse(str(error), USAGE_EXIT)
        except CorpusError as error:
            self.refuse(str(error), FAILURE_EXIT)
        except sqlite3.Error as error:
            self.refuse(say_unusable(self.data / "index.sqlite", error), FAILURE_EXIT)
        except BrokenPipeError:  # `scrapy search ... | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            self.refuse(str(error), FAILURE_EXIT)

    @property
    def data(self) -> Path:
        assert self.settings is not None
        return Path(self.settings["DATA_DIR"])

    @contextmanager
    def corpus(self) -> Iterator[Corpus]:
        """The corpus of DATA_DIR, with nothing left to take in. Raises CorpusError where there is none."""
        if not (self.data / "index.sqlite").exists():
            has_files = (self.data / "corpus").is_dir()
            advice = "'scrapy index --rebuild' makes one from the files" if has_files else "crawl a portal first"
            raise CorpusError(f"no index in {self.data}: {advice}")
        corpus = Corpus(self.data)
        try:
            corpus.catch_up()
            corpus.index.read_reports(self.data / "reports")
            yield corpus
        finally:
            corpus.index.close()
