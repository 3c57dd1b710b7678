"""The class of a portal that was looked at, as Python source in the style of the others, and the names it gets."""

import re
import textwrap
from collections.abc import Collection
from keyword import iskeyword
from urllib.parse import urlsplit

from promo_crawler.links import find_domain
from promo_crawler.platforms.cjyun import CjyunPlatform
from promo_crawler.platforms.dedecms import DedecmsPlatform
from promo_crawler.platforms.easysite import EasysitePlatform
from promo_crawler.platforms.empirecms import EmpirecmsPlatform
from promo_crawler.platforms.enorth import EnorthPlatform
from promo_crawler.platforms.epoint import EpointPlatform
from promo_crawler.platforms.founder import FounderPlatform
from promo_crawler.platforms.hanweb import HanwebPlatform
from promo_crawler.platforms.powereasy import PowereasyPlatform
from promo_crawler.platforms.trs import TrsPlatform
from promo_crawler.platforms.vsb import VsbPlatform
from promo_crawler.platforms.wordpress import WordpressPlatform
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.site_facts import SITE_CODE
from promo_crawler.survey import Survey
from promo_crawler.terminal import width

PLATFORMS: dict[str, type[PortalSpider]] = {
    "cjyun": CjyunPlatform,
    "dedecms": DedecmsPlatform,
    "easysite": EasysitePlatform,
    "empirecms": EmpirecmsPlatform,
    "enorth": EnorthPlatform,
    "epoint": EpointPlatform,
    "founder": FounderPlatform,
    "hanweb": HanwebPlatform,
    "powereasy": PowereasyPlatform,
    "trs": TrsPlatform,
    "vsb": VsbPlatform,
    "wordpress": WordpressPlatform,
}
"""The class of each platform that `recognition` names."""
LINE = 120
NAME_RE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEMPLATES_SHOWN = 3


def derive_name(url: str, taken: Collection[str]) -> str:
    """A name for the portal of an address: `http://www.jiayu.gov.cn/` is `jiayu`, `zwgk.dingxi.gov.cn` `dingxi_zwgk`.

    Letters, digits and `_`, never a Python keyword, never one that is taken.
    """
    host = (urlsplit(url).hostname or "portal").lower()
    owner = find_domain(host)
    folders = [label for label in host.removesuffix(owner).split(".") if label and label != "www"]
    labels = [owner.partition(".")[0] if any(map(str.isalpha, host)) else owner, *reversed(folders)]
    name = re.sub(r"[^a-z0-9]+", "_", "_".join(labels)).strip("_")[:32] or "portal"
    if not name[0].isalpha():
        name = f"site_{name}"
    if not is_usable_name(name):
        name = f"{name}_site"
    numbers = iter(range(2, 1_000_000))
    free = name
    while free in taken:
        free = f"{name}_{next(numbers)}"
    return free


def is_usable_name(name: str) -> bool:
    """Whether a portal, its module and its class can be called so."""
    return bool(NAME_RE.fullmatch(name)) and not iskeyword(name) and not iskeyword(_class_name(name))


def build_class(survey: Survey, name: str) -> type[PortalSpider]:
    """The class that `write_source` describes."""
    facts = {"name": name, "hosts": (_host(survey),), "start_urls": (survey.url,), "title": survey.title or name}
    return type(_class_name(name), (_platform(survey),), facts)


def write_source(survey: Survey, name: str) -> str:
    """Source of the module `spiders/NAME.py`. What comes from pages stands there as literals, and in the docstring
    without quotes and backslashes; nothing of it can be code."""
    platform = _platform(survey)
    facts = {"name": name, "title": survey.title or name}
    if survey.region and survey.region[1] == SITE_CODE:
        facts["region"] = survey.region[0]
    lines = [f"    {key} = {literal(value)}" for key, value in facts.items()]
    lines += _tuple("hosts", _host(survey))
    lines += _tuple("start_urls", survey.url)
    module = "promo_crawler.portal_spider" if platform is PortalSpider else platform.__module__
    return "\n".join(
        (
            f'"""{_describe(survey)}"""',
            "",
            f"from {module} import {platform.__name__}",
            "",
            "",
            f"class {_class_name(name)}({platform.__name__}):",
            *lines,
            "",
        )
    )


def literal(text: str) -> str:
    """A text as a Python literal, in the quotes that need fewer backslashes. Control characters become blanks."""
    text = "".join(char if char.isprintable() else " " for char in text).replace("\\", "\\\\")
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + text.replace(quote, "\\" + quote) + quote


def _tuple(key: str, text: str) -> list[str]:
    line = f"    {key} = ({literal(text)},)"
    return [line] if width(line) <= LINE else [f"    {key} = (", f"        {literal(text)},", "    )"]


def _platform(survey: Survey) -> type[PortalSpider]:
    return PLATFORMS[survey.platform.name] if survey.platform else PortalSpider


def _host(survey: Survey) -> str:
    return urlsplit(survey.url).netloc.lower().rpartition("@")[2]


def _class_name(name: str) -> str:
    called = "".join(part.capitalize() for part in name.split("_") if part)
    # not like the class that it is built on
    return f"{called}Portal" if called.endswith("Platform") or called == PortalSpider.__name__ else called


def _describe(survey: Survey) -> str:
    """The docstring: what was seen, in sentences."""
    platform = f"on {survey.platform.title}" if survey.platform else "on a CMS that was not recognized"
    title = f"{survey.title or urlsplit(survey.url).netloc}, {platform}, {survey.charset}."
    facts = [f"Articles: `{form}`." for form, _, _ in survey.templates[:_TEMPLATES_SHOWN]]
    if survey.region and survey.region[1] == SITE_CODE:
        facts.append(f"Region by its {SITE_CODE}.")
    for feed in survey.feeds[:2]:
        facts.append(f"Feed: {feed}")
    paragraphs = [_plain(title), *([" ".join(map(_plain, facts))] if facts else [])]
    wrapped = "\n\n".join("\n".join(_wrap(paragraph)) for paragraph in paragraphs)
    return wrapped if len(paragraphs) == 1 else wrapped + "\n"


def _wrap(text: str) -> list[str]:
    # a Han character takes two columns, so the width is halved where there are any
    limit = (LINE - 8) // (2 if width(text) > len(text) else 1)
    return textwrap.wrap(text, limit, break_on_hyphens=False) or [""]


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() and char not in "\"'\\" else " " for char in text).strip()
