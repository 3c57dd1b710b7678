"""The quality of the corpus in numbers, portal by portal."""

import sqlite3
from datetime import datetime
from typing import Any

_FIELDS = ("title", "published_at", "source", "authors", "editors")
_ARTICLES = f"""
SELECT portal, count(*) AS articles, sum(superseded) AS superseded, sum(characters) AS characters,
    max(published_at) AS newest, {", ".join(f"count({name}) AS {name}" for name in _FIELDS)}
FROM articles GROUP BY portal
"""
_ORIGINS = "SELECT portal, published_from, count(*) AS n FROM articles GROUP BY portal, published_from"
# a place is one page that shows one text; it is a duplicate where the text was published at another place first
_PLACES = """
SELECT portal, count(*) AS places, count(DISTINCT article) AS texts, sum(fetches) AS fetches
FROM (SELECT portal, key, article, count(*) AS fetches FROM sightings GROUP BY key, article) GROUP BY portal
"""
_REJECTS = "SELECT portal, reason, count(*) AS n FROM rejects GROUP BY portal, reason"
_RUNS = "SELECT portal, began, ended, end, pages, stored, max(ended) FROM runs GROUP BY portal"


def measure(db: sqlite3.Connection, now: datetime, portal: str | None = None) -> list[dict[str, Any]]:
    """For each portal: `articles`, `places` (pages that show one), shares (0 to 1) of the articles with each field
    and of the places that are duplicates, where dates came from, rejects by reason, the newest article and the days
    since, the last run. A text that several portals have counts as article of the one that published it first."""
    found: dict[str, dict[str, Any]] = {}

    def of(name: str | None) -> dict[str, Any]:
        return found.setdefault(name or "", _nothing(name))

    for row in db.execute(_ARTICLES):
        portal_found = of(row["portal"])
        portal_found |= {name: row[name] for name in ("articles", "superseded", "characters")}
        portal_found["with"] = {name: round(row[name] / row["articles"], 4) for name in _FIELDS}
        if row["newest"]:
            portal_found["newest"] = row["newest"]
            portal_found["days_silent"] = max(0, (now - datetime.fromisoformat(row["newest"])).days)
    for row in db.execute(_ORIGINS):
        of(row["portal"])["dates_from"][row["published_from"] or "none"] = row["n"]
    for row in db.execute(_PLACES):
        portal_found = of(row["portal"])
        portal_found["places"] = row["places"]
        portal_found["duplicates"] = round(max(0, 1 - portal_found["articles"] / row["places"]), 4)
    for row in db.execute(_REJECTS):
        of(row["portal"])["rejects"][row["reason"]] = row["n"]
    for row in db.execute(_RUNS):
        of(row["portal"])["last_run"] = {name: row[name] for name in ("began", "ended", "end", "pages", "stored")}
    return [found[name] for name in sorted(found) if portal is None or name == portal]


def _nothing(portal: str | None) -> dict[str, Any]:
    return {
        "portal": portal, "articles": 0, "superseded": 0, "characters": 0, "places": 0, "duplicates": 0.0,
        "with": dict.fromkeys(_FIELDS, 0.0), "dates_from": {}, "rejects": {}, "newest": None, "days_silent": None,
        "last_run": None,
    }  # fmt: skip
