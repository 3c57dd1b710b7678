"""`scrapy portal`: a first look at a portal, and a class for it."""

import argparse
from pathlib import Path

from promo_crawler import spiders
from promo_crawler.arguments import ArgumentError, parse_start_url, sister_hosts
from promo_crawler.fixtures import FIXTURES, read_now, save_fixture
from promo_crawler.portal_class import build_class, derive_name, is_usable_name, write_source
from promo_crawler.portals import find_portal, load_portals
from promo_crawler.refusal import FAILURE_EXIT
from promo_crawler.run_command import RunSpiderCommand
from promo_crawler.survey import Survey
from promo_crawler.survey_report import format_survey, survey_as_json
from promo_crawler.survey_spider import MAX_ASKED, SAMPLES, SurveySpider
from promo_crawler.terminal import plain_json

SPIDERS = Path(spiders.__path__[0])


class Command(RunSpiderCommand):
    def syntax(self) -> str:
        return "[options] <url>"

    def short_desc(self) -> str:
        return "Look at a portal: platform, channels, size; --write makes a class of it"

    def long_desc(self) -> str:
        return (
            "Asks for the home page of a portal, its robots.txt, its channels and one article, politely, and shows what"
            " the portal is built on, which channels it has, how many articles they hold, and how one article is read."
            " With --write it also writes promo_crawler/spiders/NAME.py and fixtures/NAME/ with a list and an article:"
            " read the two .json files as a person would and correct them, then 'scrapy crawl NAME'. Nothing that is"
            " there is overwritten."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--name", metavar="NAME", help="name of the portal (letters, digits, _); default: of its host"
        )
        parser.add_argument("--write", action="store_true", help="write the class and two fixtures")
        parser.add_argument("--json", action="store_true", help="print JSON instead of text")
        parser.add_argument(
            "--pages", metavar="N", type=int, default=MAX_ASKED, help="ask for at most N pages (%(default)s)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            return self.refuse("say one URL, the home page of a portal")
        try:
            url = parse_start_url(args[0])
        except ArgumentError as error:
            return self.refuse(str(error).removeprefix("url="))
        if opts.pages <= SAMPLES:
            return self.refuse(f"--pages {opts.pages}: less than {SAMPLES + 1} pages show nothing")
        portals = load_portals(self.settings)
        same = (find_portal(portals, f"http://{host}/") for host in sister_hosts(url))
        known = next(filter(None, same), None)
        if opts.name is not None and not is_usable_name(opts.name):
            return self.refuse(f"--name {opts.name}: small letters, digits and _, no word of Python, at most 40")
        taken = portals.keys() | _taken_names()
        if opts.name in taken:
            return self.refuse(f"--name {opts.name}: there is a portal of this name")
        if opts.write and known and opts.name is None:
            return self.refuse(
                f"this host is declared already, by the portal {known.name}; another --name writes one more"
            )
        self.run_spider(SurveySpider, url=url, max_asked=opts.pages)
        survey = SurveySpider.survey
        if survey is None:
            return self.refuse(SurveySpider.error or f"{url} could not be looked at", FAILURE_EXIT)
        name = opts.name or derive_name(survey.url, taken)
        try:
            written = write_portal(survey, name) if opts.write else {}
        except OSError as error:
            return self.refuse(f"nothing was written: {error}", FAILURE_EXIT)
        if opts.json:
            print(plain_json(survey_as_json(survey) | {"name": name, "written": written}, indent=1))
            return None
        for line in format_survey(survey):
            print(line)
        print()
        for line in _next_steps(name, written, known.name if known else None):
            print(line)
        return None


def write_portal(survey: Survey, name: str) -> dict[str, str]:
    """Writes the class and its fixtures; what was written, by what it is. All or nothing: raises OSError."""
    module, folder = SPIDERS / f"{name}.py", FIXTURES / name
    if module.exists() or folder.exists():
        raise FileExistsError(f"{module if module.exists() else folder} is there already")
    written: list[Path] = []
    spider = build_class(survey, name)
    largest = max(survey.channels, key=lambda channel: (channel.url != survey.url, len(channel.own)), default=None)
    try:
        if survey.sample is not None:
            reading = read_now(survey.sample.page, spider, is_list=False)
            for field in survey.sample.differs:  # what rules disagree on is for a person to settle
                reading["expected"].pop(field, None)
            written += save_fixture(folder, "article", survey.sample.page, reading)
            if largest is not None:
                written += save_fixture(folder, "list", largest.page, read_now(largest.page, spider, is_list=True))
        with module.open("x", encoding="utf-8") as file:
            written.append(module)
            file.write(write_source(survey, name))
    except OSError:
        for path in written:
            path.unlink(missing_ok=True)
        if written and folder.exists():
            folder.rmdir()
        raise
    fixtures = {path.stem: str(path) for path in written if path.suffix == ".json"}
    return {"class": str(module)} | fixtures


def _taken_names() -> set[str]:
    """Names of modules and folders, also of those that declare no portal."""
    return {path.stem for path in SPIDERS.iterdir()} | {path.name for path in FIXTURES.iterdir()}


def _next_steps(name: str, written: dict[str, str], known: str | None) -> list[str]:
    if not written:
        declared = (
            f"It is declared already: scrapy crawl {known}"
            if known
            else f"scrapy portal --write makes the class '{name}' of it."
        )
        return [declared]
    steps = [f"Written: {path}" for path in written.values()]
    if "article" in written:
        steps.append("Read the .json files as a person would and correct them; then:")
    else:
        steps.append("No fixture was written, because no article could be read (see scrapy savefixture).")
    return [*steps, f"  scrapy crawl {name} -a max_pages=50", "  pytest tests/test_portals.py"]
