"""Coverage-guided fuzzing of what reads foreign bytes.

    python -m fuzz.fuzzer <target> [corpus folder] [libFuzzer options]

Needs atheris in an environment of its own (it is no requirement of the project). Targets: see TARGETS. An input that
raises anything but what the function promises to raise, or that takes longer than `-timeout`, is left as a file.
"""

import gzip
import logging
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cleaners", "promo_crawler"]):
    from cleaners import RawPage, Rejected, clean_page, clean_text
    from cleaners.charset import decode_page
    from cleaners.dates import find_published, find_short_moment, parse_moment
    from promo_crawler.archive import Archive, ArchiveError, Exchange, Found, read_pages
    from promo_crawler.discovery import discover_links
    from promo_crawler.list_dates import parse_list_date

ROOT = Path(__file__).resolve().parent.parent
URL = "http://www.qinglan.example/zsyz/202406/t20240612_1024.html"
AT = datetime(2024, 6, 18, tzinfo=UTC)


def fuzz_page(data: bytes) -> None:
    with suppress(Rejected):
        clean_page(RawPage(url=URL, body=data, fetched_at=AT))


def fuzz_text(data: bytes) -> None:
    with suppress(Rejected, UnicodeDecodeError):
        clean_text(data.decode("utf-8", "surrogatepass" if data[:1] == b"\x00" else "replace"), URL, fetched_at=AT)


def fuzz_links(data: bytes) -> None:
    with suppress(Rejected):
        discover_links(RawPage(url=URL, body=data, fetched_at=AT))


def fuzz_dates(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_moment(text)
    find_short_moment(text)
    parse_list_date(text, AT.date(), AT)
    lines = text.split("\n")
    find_published(
        named=lines[0],
        info=lines,
        tail=lines,
        meta={"publishdate": lines[-1], "pubdate": lines[0]},
        urls=tuple(lines[:3]),
        listed_at=AT,
        dateline=lines[-1],
        fetched_at=AT,
    )


def fuzz_charset(data: bytes) -> None:
    head, _, body = data.partition(b"\n")
    with suppress(Rejected):
        decode_page(body, head.decode("latin-1"))


def fuzz_archive(data: bytes) -> None:
    path = Path(tempfile.gettempdir()) / "fuzzed.warc.gz"
    # packed here, for a fuzzer does not guess checksums; as it is, when it says so
    path.write_bytes(data[1:] if data[:1] == b"\x01" else gzip.compress(data, 1))
    try:
        for _ in read_pages(path):
            pass
    except ArchiveError:
        pass


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": fuzz_page,
    "text": fuzz_text,
    "links": fuzz_links,
    "dates": fuzz_dates,
    "charset": fuzz_charset,
    "archive": fuzz_archive,
}


def write_seeds(target: str, folder: Path) -> None:
    """The project's own pages and texts, cut to a size that a fuzzer can work with."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = sorted((ROOT / "fixtures").rglob("*.html"))
    for number, path in enumerate(pages):
        seed = path.read_bytes()[:20_000]
        if target == "archive":
            seed = gzip.decompress(_archive_of(seed))
        elif target == "dates":
            seed = "\n".join(line for line in seed.decode("utf-8", "replace").split("\n") if "20" in line)[
                :300
            ].encode()
        (folder / f"seed{number}").write_bytes(seed)


def _archive_of(body: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), "qinglan")
        archive.append(Exchange(URL, 200, AT, (), [("Content-Type", "text/html")], body), Found("qinglan"))
        archive.close()
        return next(Path(folder).rglob("*.warc.gz")).read_bytes()


def main() -> None:
    target = sys.argv[1] if len(sys.argv) > 1 else ""
    if target not in TARGETS:
        sys.exit(f"say a target: {', '.join(TARGETS)}")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    arguments = sys.argv[2:]
    if not arguments or arguments[0].startswith("-"):
        arguments.insert(0, f"{tempfile.gettempdir()}/fuzz-{target}")
    write_seeds(target, Path(arguments[0]))
    atheris.Setup([sys.argv[0], *arguments], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
