"""What may import what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

CLEANERS = sorted((ROOT / "cleaners").glob("*.py"))
# the index and the frontier, and what belongs to them
SPEAK_SQL = {
    *("database.py", "frontier.py", "index.py", "fulltext.py", "quality.py"),
    *("reprint_clusters.py", "reprint_sketches.py"),
}
CRAWLER = sorted((ROOT / "promo_crawler").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", CLEANERS, ids=lambda path: path.name)
def test_cleaners_import_only_what_they_may(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"cleaners", "lxml", "trafilatura", "opencc"}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


def test_cleaning_loads_neither_scrapy_nor_itemadapter() -> None:
    script = (
        "import sys; from cleaners import clean_page, clean_text, RawPage, Rejected\n"
        "try: clean_page(RawPage(url='http://a.example/', body=b'<p>x</p>'))\n"
        "except Rejected: pass\n"
        "print({'scrapy', 'itemadapter', 'twisted', 'promo_crawler'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize("path", CRAWLER, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_formats_stay_in_their_rooms(path: Path) -> None:
    names = {name.split(".")[0] for name in imported(path)}
    assert "warcio" not in names or path.name == "warc.py"
    assert "trafilatura" not in names
    if path.parent.name == "spiders":
        assert names <= {"cleaners", "promo_crawler"}


@pytest.mark.parametrize("path", CRAWLER, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_index_and_frontier_speak_sql(path: Path) -> None:
    text = path.read_text("utf-8")
    speaks = any(word in text for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "PRAGMA"))
    assert not speaks or path.name in SPEAK_SQL
