"""How a page was read: the record that clean.py fills step by step and `scrapy explain` shows."""

from dataclasses import dataclass, field
from datetime import datetime

from cleaners.candidates import Candidate
from cleaners.dates import Witness
from cleaners.headline import Headline
from cleaners.line_rules import Dropped
from cleaners.metadata import Facts
from cleaners.schema import Article, NormalForm, Rejected, Script
from cleaners.tree import Line, Picture


@dataclass(slots=True)
class Explanation:
    """How a page or a text was read: every decision and what it rested on. `clean_page` returns its article."""

    url: str | None = None
    portal: str | None = None
    listed_title: str | None = None
    listed_at: datetime | None = None
    fetched_at: datetime | None = None
    form: NormalForm = field(default_factory=NormalForm)
    encoding: str | None = None
    script: Script = Script.OTHER
    changes: dict[str, int] = field(default_factory=dict)
    page_title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    login: bool = False
    """True where a form of the page asks for a password."""
    named: dict[str, str] = field(default_factory=dict)
    """What the layout of the portal found: `title`, `source`, ... → text."""
    lines: list[Line] = field(default_factory=list)
    """The whole page or text, in reading order."""
    pictures: list[Picture] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    """Candidates for the body, the winner first."""
    headline: Headline = field(default_factory=Headline)
    kept: list[Line] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    """Lines around the headline that were read for facts."""
    witnesses: list[Witness] = field(default_factory=list)
    """Who tells the publication time, the one believed first."""
    facts: Facts = field(default_factory=Facts)
    article: Article | None = None
    rejected: Rejected | None = None
