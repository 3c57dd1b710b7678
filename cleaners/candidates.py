"""Candidates for the body: runs of lines, and what their lines weigh."""

from dataclasses import dataclass
from itertools import accumulate

from cleaners.line_rules import FOOTER_RE
from cleaners.measures import find_enclosed, is_linked, prose_length
from cleaners.tree import Line, PageLines

_LINK_COST = 1.5
_LINK_LINE_COST = 12
_OTHER_COST = 0.25


@dataclass(slots=True)
class Candidate:
    """A part of the page that may be the article: `lines[start:end]`."""

    layout: str
    """Who proposes it: the name of a CMS container, `trafilatura`, `density`, or a layout of the portal."""
    start: int
    end: int
    prose: int = 0
    """Characters of running text."""
    links: int = 0
    score: float = 0.0
    """Prose less the cost of links and other lines in the part."""
    agreement: float | None = None
    """Share of what trafilatura found and of the candidate's prose that is the same (F1)."""
    declared: bool = False
    """True for a layout of the portal: its element holds the article and nothing else."""
    note: str = ""


def _is_row(line: Line) -> bool:
    """A row of data, one of a hundred short ones: `12 王建国 云岭县文化馆 馆员`. It speaks neither for an article nor
    against it, else a list of names would end where the names of offices get short."""
    return line.block is not None and line.block.tag == "tr" and not line.links and not FOOTER_RE.search(line.text)


class Weights:
    """Sums of prose, links and score over any run of lines, in constant time."""

    def __init__(self, page: PageLines) -> None:
        seen: set[str] = set()
        prose: list[int] = []
        links: list[int] = []
        score: list[float] = []
        for line, enclosed in zip(page.lines, find_enclosed(page.lines), strict=True):
            length = prose_length(line)
            key = line.text if length >= 20 else ""
            if key in seen:  # the mobile copy of the article, further down the page
                length = 0
            elif key:
                seen.add(key)
            prose.append(length)
            links.append(line.links)
            if enclosed and not line.zone:
                score.append(float(length))
                continue
            cost = 0.0 if line.zone else _LINK_COST * line.links
            if line.links and is_linked(line):
                cost += _LINK_LINE_COST if not line.zone else 4
            if not length and not line.zone and not _is_row(line):
                cost += _OTHER_COST * (len(line.text) - line.links)
            score.append(length - cost)
        self.prose = [0, *accumulate(prose)]
        self.links = [0, *accumulate(links)]
        self.score = [0.0, *accumulate(score)]
        self.lengths = prose

    def weigh(self, layout: str, start: int, end: int) -> Candidate:
        return Candidate(
            layout,
            start,
            end,
            self.prose[end] - self.prose[start],
            self.links[end] - self.links[start],
            self.score[end] - self.score[start],
        )
