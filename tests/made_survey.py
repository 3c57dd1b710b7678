"""A survey of a portal that is not there, for the tests of what is done with one."""

from dataclasses import replace

from conftest import HOST

from cleaners import RawPage
from promo_crawler.discovery import FoundLinks, Link
from promo_crawler.site_facts import count_templates
from promo_crawler.survey import Channel, Survey, measure_channels

URL = f"http://{HOST}/"
HOSTILE = '县"""\nimport os; os.system("x")\\ \x1b[31m{evil}\u2028\'end'


def channel(url: str, titles: int, *, later: int = 0, body: bytes = b"<p>x</p>", common: bool = False) -> Channel:
    articles = [Link(f"{url}2024-03-0{i}/{i}.html", f"第{i}条新闻的标题", None) for i in range(1, titles + 1)]
    articles += [Link(f"{URL}hot/2024-03-09/9.html", "到处都有的热点新闻")] if common else []
    links = FoundLinks(tuple(articles), (), tuple(Link(f"{url}index_{n}.html") for n in range(1, later + 1)))
    return Channel(url, "频道", RawPage(url=url, body=body), links)


def survey(**facts: object) -> Survey:
    channels = measure_channels([channel(f"{URL}zsyz/", 3)])
    made = Survey(
        url=URL,
        title="青澜县人民政府",
        region=None,
        charset="utf-8",
        platform=None,
        robots=None,
        channels=tuple(channels),
        others=0,
        left=0,
        failures=(),
        templates=tuple(count_templates([f"{URL}zsyz/2024-03-01/1.html"])),
        feeds=(),
        other_hosts=(),
        sample=None,
        asked=1,
    )
    return replace(made, **facts)  # type: ignore[arg-type]
