"""WARC on disk: what is appended is read back, also after kills, and by other programs."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from promo_crawler.archive import (
    Archive,
    ArchiveError,
    Exchange,
    Found,
    Location,
    mend_left_open,
    read_page,
    read_pages,
)

AT = datetime(2024, 6, 18, 2, 0, 5, tzinfo=UTC)
FOUND = Found(
    "jiayu", "jiayu", "article", "http://a.example/", "标题 甲", datetime.fromisoformat("2024-06-12T00:00+08:00")
)


def exchange(number: int, status: int = 200, body: bytes | None = None) -> Exchange:
    return Exchange(
        url=f"http://a.example/{number}.html?x=1",
        status=status,
        fetched_at=AT,
        request_headers=[("User-Agent", "test")],
        response_headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "7")],
        body="正文".encode("gb18030") * 50 + b"%d" % number if body is None else body,
    )


def one_file(root: Path) -> Path:
    (path,) = (root / "jiayu").iterdir()
    return path


def test_page_comes_back_as_it_was(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu", {"software": "test"})
    places = [archive.append(exchange(n), FOUND) for n in range(3)]
    while_open = read_page(tmp_path, places[1])
    archive.close()
    assert read_page(tmp_path, places[1]) == while_open
    page = while_open.page
    assert page.url == "http://a.example/1.html?x=1"
    assert page.body == exchange(1).body
    assert (page.fetched_at, page.content_type, page.portal) == (AT, "text/html", "jiayu")
    assert (page.listed_title, page.listed_at) == (FOUND.listed_title, FOUND.listed_at)
    assert while_open.found == FOUND
    assert [archived.page.url[-10] for archived in read_pages(one_file(tmp_path))] == ["0", "1", "2"]


def test_records_are_what_other_programs_expect(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu", {"software": "test"})
    archive.append(exchange(1), FOUND)
    archive.append(exchange(2, status=304, body=b""), FOUND)
    archive.close()
    with one_file(tmp_path).open("rb") as file:
        kinds = []
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            if record.rec_type == "request":
                assert record.http_headers.get_header("Host") == "a.example"
            if record.rec_type == "response":
                assert record.http_headers.get_header("Content-Length") == str(len(exchange(1).body))
                assert record.http_headers.get_header("Content-Encoding") is None
            record.content_stream().read()
    assert kinds == ["warcinfo", "metadata", "request", "response", "metadata", "request", "revisit"]


def test_pages_that_answered_otherwise_are_kept_but_not_read_as_pages(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu")
    archive.append(exchange(1, status=404), FOUND)
    archive.append(exchange(2), FOUND)
    archive.close()
    assert [archived.page.url for archived in read_pages(one_file(tmp_path))] == ["http://a.example/2.html?x=1"]


def test_what_a_killed_crawl_left_is_mended(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu")
    for n in range(3):
        archive.append(exchange(n), FOUND)
    data = one_file(tmp_path).read_bytes()
    archive.close()
    for cut in (1, 40, 400, len(data) - 5):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "a.warc.gz.open").write_bytes(data[:-cut])
        mend_left_open(folder)
        left = list(folder.iterdir())
        assert all(path.name == "a.warc.gz" for path in left)
        assert sum(1 for path in left for _ in read_pages(path)) == (2 if cut < 500 else 0)


def test_a_living_crawl_is_left_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu")
    place = archive.append(exchange(1), FOUND)
    mend_left_open(tmp_path / "jiayu")
    assert one_file(tmp_path).name.endswith(".open")
    archive.append(exchange(2), FOUND)
    archive.close()
    assert read_page(tmp_path, place).page.body == exchange(1).body


@pytest.mark.parametrize("data", [b"", b"no WARC at all", b"\x1f\x8b\x08garbage"])
def test_what_is_no_warc_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz"):
        list(read_pages(path))


def test_torn_file_gives_what_it_still_has(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "jiayu")
    for n in range(3):
        archive.append(exchange(n), FOUND)
    archive.close()
    path = one_file(tmp_path)
    whole = path.read_bytes()
    for data in (whole[:-100], gzip.decompress(whole)[:-100]):
        path.write_bytes(data)
        seen = []
        with pytest.raises(ArchiveError, match="cut off"):
            seen.extend(archived.page.url[-10] for archived in read_pages(path))
        assert seen == ["0", "1"]
    with pytest.raises(ArchiveError):
        read_page(tmp_path, Location("jiayu/none.warc.gz", 0))


def test_portal_names_make_safe_folders(tmp_path: Path) -> None:
    for name in ("../../etc", "a/b", "www.x.cn:8080", ".."):
        archive = Archive(tmp_path / "raw", name)
        place = archive.append(exchange(1), FOUND)
        archive.close()
        assert read_page(tmp_path / "raw", place).page.body
    assert {path.parent.parent for path in tmp_path.rglob("*.warc.gz")} == {tmp_path / "raw"}
