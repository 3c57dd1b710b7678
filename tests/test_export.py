"""What is exported loads elsewhere, is the same each time, and is whole or not there."""

import csv
import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Scrapy, environment, tree
from test_corpus import article

from cleaners.schema import Image
from promo_crawler import export_formats
from promo_crawler.corpus import Corpus
from promo_crawler.export import export
from promo_crawler.export_formats import COLUMNS, PLACE_COLUMNS, ExportError
from promo_crawler.selection import Selection

ARTICLES = (
    article(
        1,
        9,
        title='=HYPERLINK("http://a.example/")',
        authors=("张三", "李四"),
        images=(Image("http://a.example/1.jpg"),),
    ),
    article(2, 5, portal="other", title="同一篇稿子，先发在别处"),
    article(3, 7, text='第一段，有"引号"和逗号。\n第二段，分号；制表\t符。', section=("新闻", "要闻"), source="@县报"),
    article(4, None, text="+86是中国的电话国别代码。", title=None, source=None),
    article(5, 7, text="-5℃的低温没有挡住施工。", editors=("王五",)),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    corpus = Corpus(tmp_path / "data")
    for each in ARTICLES:
        corpus.add(each)
    corpus.close()
    return tmp_path / "data"


def written(data: Path, name: str, form: str, rows: str = "articles", **filters: Any) -> Path:
    corpus = Corpus(data)
    output = data.parent / name
    export(corpus, output, form, rows, Selection(**filters))
    corpus.close()
    return output


def expected(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(data, "expected.jsonl", "jsonl").read_text("utf-8").splitlines()]


def test_json_lines_hold_every_article_in_the_order_of_time(data: Path) -> None:
    rows = expected(data)
    assert all(row.keys() == COLUMNS.keys() for row in rows)
    assert [row["published_at"] and row["published_at"][8:10] for row in rows] == ["05", "07", "07", None]
    assert {row["text"] for row in rows} == {each.text for each in ARTICLES}
    assert rows[0]["title"] == "同一篇稿子，先发在别处"
    assert rows[0]["places"] == 2


def test_one_row_a_place(data: Path) -> None:
    lines = written(data, "places.jsonl", "jsonl", "sightings").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert all(row.keys() == PLACE_COLUMNS.keys() for row in rows)
    assert [row["url"] for row in rows] == [f"http://a.example/{n}.html" for n in (2, 1, 5, 3, 4)] or [
        row["url"] for row in rows
    ] == [f"http://a.example/{n}.html" for n in (2, 1, 3, 5, 4)]
    assert [row["place"] for row in rows[:2]] == [1, 2]
    assert rows[1]["authors"] == ["张三", "李四"]
    assert rows[0]["authors"] == []
    only = written(data, "jiayu.jsonl", "jsonl", "sightings", portals=("jiayu",)).read_text("utf-8").splitlines()
    assert len(only) == 4


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.csv.gz", "a.txt", "a.parquet", "a.hf"]
)
def test_same_corpus_gives_the_same_bytes(data: Path, name: str, tmp_path: Path) -> None:
    form = name.split(".")[1]
    if form == "parquet":
        pytest.importorskip("pyarrow")
    if name.endswith("zst"):
        pytest.importorskip("zstandard")
    corpus = Corpus(tmp_path / "reversed")
    for each in reversed(ARTICLES):
        corpus.add(each)
    corpus.close()
    one, other = written(data, f"one-{name}", form), written(tmp_path / "reversed", f"other-{name}", form)
    if one.is_dir():
        assert tree(one) == tree(other)
    else:
        assert one.read_bytes() == other.read_bytes()
        cards = [path.with_name(f"{path.name}.README.md").read_text("utf-8") for path in (one, other)]
        assert cards[0] == cards[1]


def test_csv_is_safe_in_a_spreadsheet(data: Path) -> None:
    path = written(data, "a.csv", "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'+86是中国的电话国别代码。", "'-5℃的低温没有挡住施工。", ARTICLES[2].text} <= {row["text"] for row in rows}
    assert "'@县报" in {row["source"] for row in rows}
    assert "新闻; 要闻" in {row["section"] for row in rows}


def test_text_has_a_blank_line_between_articles(data: Path) -> None:
    parts = written(data, "a.txt", "txt").read_text("utf-8").split("\n\n")
    assert len(parts) == 4
    assert parts[0] == f"{ARTICLES[1].title}\n{ARTICLES[1].text}"
    assert parts[-1] == f"{ARTICLES[3].text}\n"


def test_card_counts_and_explains(data: Path) -> None:
    written(data, "a.jsonl", "jsonl", source="县报")
    card = (data.parent / "a.jsonl.README.md").read_text("utf-8")
    assert "| jiayu | 2024-06 | 1 |" in card
    assert "来源 with 县报" in card
    assert "Licence" in card
    for name in COLUMNS:
        assert f"| {name} | " in card


def test_filters(data: Path) -> None:
    from datetime import date

    def count(**filters: Any) -> int:
        return len(written(data, "some.jsonl", "jsonl", **filters).read_text("utf-8").splitlines())

    assert count(portals=("other",)) == 1
    assert count(since=date(2024, 6, 6)) == 2
    assert count(until=date(2024, 6, 6)) == 1
    assert count(source="縣報") == 1
    assert count(source="县") == 1
    assert count() == 4


def test_pandas_loads_it(data: Path) -> None:
    pandas = pytest.importorskip("pandas")
    rows = expected(data)
    for frame in (
        pandas.read_json(written(data, "p.jsonl.gz", "jsonl"), lines=True, dtype=False),
        pandas.read_csv(written(data, "p.csv", "csv"), dtype={"id": str}),
        pandas.read_parquet(written(data, "p.parquet", "parquet")),
    ):
        assert list(frame.columns) == list(COLUMNS)
        assert list(frame["id"]) == [row["id"] for row in rows]
        assert list(frame["text"].str.lstrip("'")) == [row["text"] for row in rows]


def test_duckdb_loads_it(data: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    rows = expected(data)
    for path in (
        written(data, "d.jsonl", "jsonl"),
        written(data, "d.jsonl.gz", "jsonl"),
        written(data, "d.csv", "csv"),
        written(data, "d.parquet", "parquet"),
    ):
        found = duckdb.sql(f"SELECT id, title, published_at FROM '{path}'").fetchall()
        assert [str(row[0]) for row in found] == [row["id"] for row in rows]
        assert found[0][1] == rows[0]["title"]


@pytest.mark.parametrize("rows", ["articles", "sightings"])
@pytest.mark.parametrize("pyarrow", [True, False])
def test_datasets_loads_the_folder(
    data: Path, tmp_path: Path, rows: str, pyarrow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr("promo_crawler.export.has_pyarrow", lambda: pyarrow)
    monkeypatch.setattr("promo_crawler.export.ROWS_A_FILE", 3)
    folder = written(data, "hub", "hf", rows)
    assert len(list((folder / "data").iterdir())) == 2
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))["train"]
    assert loaded.num_rows == (4 if rows == "articles" else 5)
    assert loaded.column_names == list(COLUMNS if rows == "articles" else PLACE_COLUMNS)
    assert loaded[0]["title"] == ARTICLES[1].title


@pytest.mark.parametrize("form", ["jsonl", "csv", "txt", "parquet", "hf"])
def test_empty_export_is_an_export(tmp_path: Path, form: str) -> None:
    if form in {"parquet", "hf"}:
        pytest.importorskip("pyarrow")
    output = written(tmp_path / "data", f"empty.{form}", form)
    assert output.exists()


def test_missing_pyarrow_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match="pip install"):
        written(data, "a.parquet", "parquet")
    assert not list(data.parent.glob("*parquet*"))
    assert not export_formats.has_pyarrow()


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "hf"])
def test_failed_export_leaves_what_was_there(data: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    before = written(data, f"a.{form}", form) if form != "hf" else None
    held = before.read_bytes() if before else None
    count = 0

    def fail(self: object, path: str) -> str:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        return "正文。"

    monkeypatch.setattr("promo_crawler.article_files.ArticleFiles.read_text", fail)
    with pytest.raises(OSError, match="No space"):
        written(data, f"a.{form}", form)
    left = {path.name for path in data.parent.iterdir()} - {"data"}
    assert left == ({f"a.{form}", f"a.{form}.README.md"} if before else set())
    assert before is None or before.read_bytes() == held


def test_killed_export_leaves_nothing_under_the_name(data: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; import promo_crawler.article_files as files\n"
        "read = files.ArticleFiles.read_text\n"
        "def slow(self, path):\n    print('reading', flush=True); time.sleep(0.5); return read(self, path)\n"
        "files.ArticleFiles.read_text = slow\n"
        "from scrapy.cmdline import execute\nexecute(['scrapy', *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", script, "export", "--output", str(tmp_path / "a.jsonl"), "-s", f"DATA_DIR={data}"]
    run = subprocess.Popen(command, cwd=ROOT, env=environment(None), stdout=subprocess.PIPE, text=True)
    assert run.stdout
    run.stdout.readline()
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (tmp_path / "a.jsonl").exists()
    run = subprocess.Popen(
        command, cwd=ROOT, env=environment(None), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout
    run.stdout.readline()
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert run.returncode == 1
    assert "Traceback" not in errors
    assert "interrupted" in errors
    assert not (tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "csv", "txt", "parquet"])
@pytest.mark.parametrize("shard", [1, 2, 3, 4, 100])
def test_shards_are_the_one_file_in_pieces(data: Path, tmp_path: Path, form: str, shard: int) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    folder, (kind, _, packing) = tmp_path / "shards", form.partition(".")
    corpus = Corpus(data)
    export(corpus, folder, kind, "articles", Selection(), f".{packing}" if packing else "", shard)
    corpus.close()
    files = sorted(path for path in folder.iterdir() if path.name != "README.md")
    assert [path.name for path in files] == [f"articles-{n:05}.{form}" for n in range(-(-4 // shard))]
    assert (folder / "README.md").read_text("utf-8").startswith("#")
    if kind == "jsonl":
        texts = [gzip.decompress(path.read_bytes()) if packing else path.read_bytes() for path in files]
        assert [json.loads(line) for text in texts for line in text.splitlines()] == expected(data)
        assert [len(text.splitlines()) for text in texts][:-1] == [shard] * (len(texts) - 1)
    elif kind == "txt":
        whole = written(data, "a.txt", "txt").read_text("utf-8")
        assert "\n".join(path.read_text("utf-8") for path in files) == whole
    elif kind == "csv":
        rows = [row for path in files for row in csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True))]
        assert len(rows) == 4


def test_shards_by_command(data: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    run = scrapy("export", "--shard", "3", "--output", str(tmp_path / "all"), "--rows", "sightings")
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == [
        "README.md",
        "sightings-00000.jsonl",
        "sightings-00001.jsonl",
    ]
    assert "there already" in scrapy("export", "--shard", "3", "--output", str(tmp_path / "all")).stderr
    for wrong in (
        ("--shard", "3"),
        ("--shard", "0", "--output", str(tmp_path / "no")),
        ("--shard", "3", "--format", "hf", "--output", str(tmp_path / "no")),
        ("--format", "parquet.gz", "--output", str(tmp_path / "no")),
        ("--format", "jsonl.gz"),
    ):
        run = scrapy("export", *wrong)
        assert run.returncode
        assert len(run.stderr.strip().splitlines()) == 1, run.stderr
        assert not (tmp_path / "no").exists()


def test_folder_that_is_there_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("years of work")
    with pytest.raises(ExportError, match="there already"):
        written(data, "mine", "hf")
    assert (tmp_path / "mine" / "thesis.doc").exists()


def test_lost_files_are_said(data: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    next((data / "corpus").rglob("*.txt")).unlink()
    run = scrapy("export", "--output", str(tmp_path / "a.jsonl"))
    assert run.returncode == 1
    assert "1 articles are left out" in run.stderr
    assert len((tmp_path / "a.jsonl").read_text("utf-8").splitlines()) == 3


def test_command_writes_to_a_file_or_to_the_next_program(data: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    rows = expected(data)
    run = scrapy("export")
    assert run.returncode == 0, run.stderr
    assert [json.loads(line) for line in run.stdout.splitlines()] == rows
    run = scrapy("export", "--output", str(tmp_path / "june.jsonl.gz"), "--portal", "jiayu,other")
    assert run.returncode == 0, run.stderr
    lines = gzip.decompress((tmp_path / "june.jsonl.gz").read_bytes()).decode().splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert scrapy("export", "--output", str(tmp_path / "no" / "a.csv")).returncode == 1
    assert scrapy("export", "--format", "txt", "--rows", "sightings").returncode == 1
