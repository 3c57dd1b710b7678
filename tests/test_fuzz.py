"""A short look with made-up bytes at everything that reads foreign ones; the long one is fuzz/fuzzer.py."""

import encodings.aliases
import gzip
import pkgutil
import random
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import DEMO
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cleaners import RawPage, Rejected, clean_page, clean_text
from cleaners.charset import decode_page
from cleaners.dates import find_published, find_short_moment, parse_moment
from promo_crawler.archive import Archive, ArchivedPage, ArchiveError, Exchange, Found, Location, read_page, read_pages
from promo_crawler.discovery import discover_links
from promo_crawler.list_dates import parse_list_date

AT = datetime(2024, 6, 18, tzinfo=UTC)
URL = "http://www.qinglan.example/zsyz/202406/t20240612_1024.html"
SHORT = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
SEEDS = sorted((DEMO / "site").rglob("*.html"))[:12]
# what carries meaning for some step, in any order
_WORDS = """
<p> </p> <div~id=zoom> </div> <br> <table><tr><td> </table> <a~href=' '> </a> <!-- <h1> </h1> <title> </title>
<script>createPageHTML( )</script> <select> <option~value= <rss><item> <?xml <![CDATA[
&nbsp; &amp; &#x &#0; &#55296; &rdqu
来源： 作者： 责任编辑： 记者 通讯员 本报讯 （ ） 【 】 □ “ ” 。 ， 张三 青澜县招商引资 項目建設(shè) ?!罢猩痰
2024年6月12日 2024-13-45~99:99 00:00 06-12 昨天 http:// // javascript: ?p= index_1.html t20240612_1.html
"""
_SIGNS = ("\n", "\t", "\u3000", "\ufffd", "\x00", "\x1b", "\u202e", "\U0010ffff", "\ue123", "9" * 40)
WORDS = st.sampled_from([*(word.replace("~", " ") for word in _WORDS.split()), *_SIGNS])
TEXT = st.lists(st.one_of(WORDS, st.text(st.characters(codec="utf-8"), max_size=6)), max_size=120).map("".join)


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with some bytes changed, cut out, doubled, or words put in."""
    data = bytearray(draw(st.sampled_from(seeds)))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 12))):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(4):
            case 0 if data:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 400)]
            case 2:
                data[at:at] = data[at : at + chance.randrange(1, 400)] * chance.randrange(1, 4)
            case _:
                data[at:at] = draw(WORDS).encode("utf-8", "replace")
    return bytes(data)


PAGE = st.one_of(mutated([path.read_bytes() for path in SEEDS]), TEXT.map(lambda t: t.encode("utf-8", "replace")))


@SHORT
@given(PAGE)
def test_clean_page_gives_an_article_or_rejects(body: bytes) -> None:
    page = RawPage(url=URL, body=body, fetched_at=AT)
    try:
        article = clean_page(page)
    except Rejected:
        return
    assert article.text
    assert "\x00" not in article.text
    assert clean_page(page) == article


@SHORT
@given(TEXT)
def test_clean_text_gives_an_article_or_rejects(text: str) -> None:
    try:
        article = clean_text(text, URL, fetched_at=AT)
    except Rejected:
        return
    article.text.encode("utf-8")
    (article.title or "").encode("utf-8")


def test_lone_surrogates_do_not_reach_an_article() -> None:
    clean_text("青澜县签约七个项目\n青澜县赴长三角开展招商推介活动，三天\ud800签下七个项目。").text.encode("utf-8")


@SHORT
@given(PAGE)
def test_discover_links_gives_addresses_of_the_web(body: bytes) -> None:
    try:
        found = discover_links(RawPage(url=URL, body=body, fetched_at=AT))
    except Rejected:
        return
    for link in (*found.articles, *found.channels, *found.next_pages):
        assert link.url.startswith(("http://", "https://"))


@SHORT
@given(TEXT)
def test_dates_are_dates_or_nothing(text: str) -> None:
    parse_moment(text)
    find_short_moment(text)
    parse_list_date(text, AT.date(), AT)
    lines = text.split("\n")
    found = find_published(
        named=text[:200],
        info=lines,
        tail=lines,
        meta={"pubdate": text[:100]},
        urls=(text[:100], URL),
        listed_at=AT,
        dateline=text[:100],
        fetched_at=AT,
    )
    assert all(witness.moment.when.tzinfo is not None for witness in found)


@SHORT
@given(st.binary(max_size=400) | PAGE, st.text(max_size=40) | st.just("text/html; charset=utf-7"))
def test_any_bytes_are_decoded_or_rejected(body: bytes, content_type: str) -> None:
    try:
        text, name = decode_page(body, content_type)
    except Rejected:
        return
    assert isinstance(text, str)
    assert name


CODECS = sorted({module.name for module in pkgutil.iter_modules(encodings.__path__)} | set(encodings.aliases.aliases))


@pytest.mark.parametrize("body", [b"\xd5\xd0\xc9\xcc" * 400, b"a-b." * 400 + b"\xff", random.Random(1).randbytes(900)])
def test_a_page_may_call_its_charset_what_it_likes(body: bytes) -> None:
    """`idna`, `undefined`, `punycode` are names that Python knows, and raise what no charset raises."""
    for name in (*CODECS, "raw-unicode-escape", "UNDEFINED", "none", "0", "_", "-"):
        for head, content_type in ((b"", f"text/html; charset={name}"), (f"<meta charset={name}>".encode(), None)):
            with suppress(Rejected):
                text, used = decode_page(head + body, content_type)
                assert isinstance(text, str)
                assert used not in ("idna", "punycode", "undefined", "unicode_escape")


# --- archives ---------------------------------------------------------------------------------------------------------

PAGES = 6


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int], list[ArchivedPage]]:
    """An archive of some pages: its bytes, where each page begins, and the pages."""
    root = tmp_path_factory.mktemp("archive")
    archive = Archive(root, "qinglan")
    places = []
    for n in range(PAGES):
        body = random.Random(n).randbytes(300) + b"<p>%d</p>" % n
        exchange = Exchange(f"{URL}?n={n}", 200, AT, (), [("Content-Type", "text/html")], body)
        places.append(archive.append(exchange, Found("qinglan", kind="article")).offset)
    archive.close()
    path = next(root.rglob("*.warc.gz"))
    return path.read_bytes(), places, list(read_pages(path))


def read_what_there_is(path: Path) -> tuple[list[ArchivedPage], str]:
    pages: list[ArchivedPage] = []
    try:
        pages.extend(read_pages(path))
    except ArchiveError as error:
        return pages, str(error)
    return pages, ""


@pytest.mark.parametrize("seed", range(60))
def test_damaged_archive_gives_all_that_is_whole(
    seed: int, whole: tuple[bytes, list[int], list[ArchivedPage]], tmp_path: Path
) -> None:
    data, places, pages = whole
    chance = random.Random(seed)
    at, length = chance.randrange(len(data)), chance.choice([1, 3, 40, 900])
    new = {0: b"", 1: chance.randbytes(length), 2: bytes(length)}[seed % 3]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data[:at] + new + data[at + length :])
    read, complaint = read_what_there_is(path)
    touched = {n for n, start in enumerate(places) if start < at + length and at < [*places[1:], len(data)][n]}
    sound = [page for n, page in enumerate(pages) if n not in touched]
    assert [page for page in read if page.page.portal] == [p for p in read if p in pages] or complaint
    assert all(page in read for page in sound)
    assert complaint or read == pages
    assert "\n" not in complaint


@pytest.mark.parametrize("seed", range(30))
def test_a_place_gives_its_page_or_nothing(
    seed: int, whole: tuple[bytes, list[int], list[ArchivedPage]], tmp_path: Path
) -> None:
    data, places, pages = whole
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(3):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    (tmp_path / "a.warc.gz").write_bytes(changed)
    for place, page in zip(places, pages, strict=True):
        with suppress(ArchiveError):
            assert read_page(tmp_path, Location("a.warc.gz", place)).page.url == page.page.url


@SHORT
@given(st.data())
def test_any_bytes_are_an_archive_or_an_error(data: st.DataObject) -> None:
    seeds = [gzip.decompress(_one_page()), b"WARC/1.0\r\n\r\n", b""]
    records = data.draw(mutated(seeds))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc.gz"
        for written in (gzip.compress(records, 1), records):
            path.write_bytes(written)
            _, complaint = read_what_there_is(path)
            assert "\n" not in complaint


def test_a_length_that_no_machine_can_hold(tmp_path: Path) -> None:
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % 10**30
    path = tmp_path / "a.warc.gz"
    good = _one_page()
    path.write_bytes(gzip.compress(record + b"HTTP/1.1 200 OK\r\n\r\nx") + good)
    pages, complaint = read_what_there_is(path)
    assert len(pages) == 1
    assert "damaged or cut off at byte 0" in complaint


def test_bombs_in_an_archive_are_bounded(tmp_path: Path) -> None:
    bomb = gzip.compress(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: application/http\r\n"
        b"Content-Length: 400000042\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + bytes(400_000_000)
    )
    path = tmp_path / "a.warc.gz"
    path.write_bytes(bomb + _one_page())
    pages, complaint = read_what_there_is(path)
    assert [page.page.url for page in pages] == ["http://a.example/", URL]
    assert len(pages[0].page.body) <= 16 << 20
    with pytest.raises(Rejected, match="too_large"):
        clean_page(pages[0].page)
    assert not complaint


def _one_page() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), "qinglan")
        archive.append(Exchange(URL, 200, AT, (), [("Content-Type", "text/html")], b"<p>x</p>"), Found("qinglan"))
        archive.close()
        return next(Path(folder).rglob("*.warc.gz")).read_bytes()
