"""The card that goes with an export: what is in it, from where and when, and what the fields mean."""

from collections import Counter
from dataclasses import dataclass, field

from promo_crawler.export_formats import LISTS, NUMBERS, Row

MANY = 2000
"""Lines of counts beyond which years are counted instead of months."""


@dataclass(slots=True)
class Contents:
    """What was exported, counted."""

    rows: int = 0
    characters: int = 0
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By portal and month, `2024-06` or `undated`."""
    old_versions: int = 0
    """Left out: texts that their page has replaced since."""
    lost: int = 0
    """Left out: articles whose files are gone."""

    def count(self, row: Row) -> None:
        self.rows += 1
        self.characters += row.get("characters") or 0
        self.months[row["portal"] or "unknown", (row["published_at"] or "undated")[:7]] += 1


def write_card(contents: Contents, columns: dict[str, str], kind: str, filters: str, header: str = "") -> str:
    """The card as Markdown. The same corpus gives the same card: it does not say when it was made."""
    portals: Counter[str] = Counter()
    for (portal, _), n in contents.months.items():
        portals[portal] += n
    months = sorted(month for _, month in contents.months if month != "undated")
    span = f", published from {months[0]} to {months[-1]}" if months else ""
    size = f", {contents.characters:,} characters" if contents.characters else ""
    lines = [
        f"# Regional Chinese news: {contents.rows:,} {kind} of {len(portals):,} portals",
        "",
        f"{contents.rows:,} {kind}{size}{span}. Collected from the portals' own pages and cleaned by promo-crawler;",
        "each text stands once, whatever its script, width and punctuation, with the pages where it was seen.",
        f"Chosen: {filters}. Order: time of publication, then id.",
    ]
    if contents.old_versions:
        lines.append(f"Left out: {contents.old_versions:,} texts that their page has replaced by another since.")
    lines += [
        "",
        "## Licence",
        "",
        "The texts are the work of their publishers. State here on which ground you pass them on.",
    ]
    lines += ["", "## Fields", "", "| field | meaning |", "|---|---|"]
    lines += [f"| {name} | {meaning} |" for name, meaning in columns.items()]
    lines += ["", "## Portals", "", f"| portal | {kind} |", "|---|---:|"]
    lines += [f"| {_cell(portal)} | {n} |" for portal, n in sorted(portals.items())]
    counts = contents.months
    if len(counts) > MANY:
        counts = Counter()
        for (portal, month), n in contents.months.items():
            counts[portal, month if month == "undated" else month[:4]] += n
    lines += ["", "## Counts", "", f"| portal | published | {kind} |", "|---|---|---:|"]
    lines += [f"| {_cell(portal)} | {month} | {n} |" for (portal, month), n in sorted(counts.items())]
    return header + "\n".join(lines) + "\n"


def hub_header(rows: int, pattern: str, columns: dict[str, str]) -> str:
    """The YAML that Hugging Face reads."""
    size = next((name for most, name in _SIZES if rows < most), "1M<n<10M")
    lines = ["---", "language:", "- zh", "pretty_name: Regional Chinese news", "task_categories:", "- text-generation"]
    lines += ["size_categories:", f"- {size}"]
    lines += ["configs:", "- config_name: default", "  data_files:", "  - split: train", f'    path: "{pattern}"']
    if pattern.endswith(".jsonl"):  # a column that is empty in one of the files has no type there
        lines += ["dataset_info:", "  features:"]
        for name in columns:
            lines += [f"  - name: {name}", f"    {'sequence' if name in LISTS else 'dtype'}: {_type(name)}"]
    return "\n".join([*lines, "---", "", ""])


def _type(name: str) -> str:
    return "int32" if name in NUMBERS else "bool" if name == "superseded" else "string"


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
