"""`scrapy crawl`, in place of Scrapy's own: its mistakes are said in one sentence before anything starts."""

import argparse

from promo_crawler.arguments import ArgumentError
from promo_crawler.portals import load_portals
from promo_crawler.run_command import RunSpiderCommand


class Command(RunSpiderCommand):
    def syntax(self) -> str:
        return "[options] <portal>"

    def short_desc(self) -> str:
        return "Crawl a portal: what is new goes to the archive and the corpus"

    def long_desc(self) -> str:
        return (
            "Crawls a portal by its name (see 'scrapy list'). Arguments: -a url=START_PAGE, -a since=YYYY-MM-DD,"
            " -a max_pages=N, -a refetch=1. Settings: -s DATA_DIR=FOLDER, -s CONTACT=MAIL, -s DOWNLOAD_DELAY=SECONDS."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            return self.refuse("say one portal; 'scrapy list' shows them")
        portals = load_portals(self.settings)
        if args[0] not in portals:
            return self.refuse(f"no portal is called {args[0]}; 'scrapy list' shows them")
        try:
            portals[args[0]](**opts.spargs)
        except ArgumentError as error:
            return self.refuse(str(error))
        if self.is_ready():
            self.run_spider(args[0], **opts.spargs)
