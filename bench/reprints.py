"""How well versions of one text are found, and what it costs, beside datasketch's MinHashLSH in the same run.

python -m bench.reprints [BODIES]           recall by kind of version, look-alikes wrongly linked, precision
python -m bench.reprints --million [COUNT]  size of the index and time of an addition at so many articles

BODIES is a folder of .txt files (data/corpus) or a .jsonl file with a `text` in each line; without it, texts of our own
grammar. Bodies that share a stretch with an earlier one are left out first, by a plain comparison of all shingles.
"""

import argparse
import hashlib
import json
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from bench.reprint_texts import (
    VERSIONS,
    change_figures,
    fill_report,
    join,
    make_article,
    make_forms,
    make_phrase_list,
    make_report,
    make_sentence,
    share_half,
)
from cleaners.fingerprint import content_hash, fold_text
from cleaners.sketch import SHINGLE
from promo_crawler.database import open_database, together
from promo_crawler.reprints import SCHEMA, ReprintIndex

Pair = tuple[str, str]


class Trial:
    """Texts of one kind with the pairs that are versions of one another."""

    def __init__(self, name: str):
        self.name = name
        self.texts: dict[str, str] = {}
        self.versions: set[Pair] = set()

    def add(self, text: str) -> str:
        id_ = hashlib.sha256(f"{self.name} {len(self.texts)} {text}".encode()).hexdigest()[:16]
        self.texts[id_] = text
        return id_

    def pair(self, one: str, other: str) -> None:
        self.versions.add((min(one, other), max(one, other)))


def make_trials(bodies: list[str], rng: Random, each: int = 300) -> Iterator[Trial]:
    """One trial for each kind of version and each kind of look-alike."""
    for name, edit in VERSIONS.items():
        trial = Trial(name)
        for body in rng.sample(bodies, min(each, len(bodies))):
            trial.pair(trial.add(body), trial.add(edit(body, rng)))
        yield trial
    trial = Trial("two joined")
    chosen = rng.sample(bodies, min(each, len(bodies)))
    for one, other in zip(chosen[::2], chosen[1::2], strict=False):
        whole = trial.add(join(one, other, rng))
        trial.pair(trial.add(one), whole)
        trial.pair(trial.add(other), whole)
    yield trial
    # from the middle: many official bodies begin with the same form of words
    middles = (body.replace("\n", "")[len(body) // 3 :][: rng.randint(60, 150)] for body in bodies)
    short = drop_versions(news for news in middles if len(news) >= 60)
    for name in ("1 % edited", "3 % edited", "5 % edited", "10 % edited", "header, footer", "lead cut"):
        trial = Trial(f"short: {name}")
        for news in rng.sample(short, min(each, len(short))):
            trial.pair(trial.add(news), trial.add(VERSIONS[name](news, rng)))
        yield trial
    yield from make_lookalikes(bodies, rng, each)


def make_lookalikes(bodies: list[str], rng: Random, each: int) -> Iterator[Trial]:
    trial = Trial("- half by chance")
    for _ in range(each):
        for text in share_half(*rng.sample(bodies, 3)):
            trial.add(text)
    yield trial
    trial = Trial("- other figures")
    for body in bodies:
        if len(figures_of(body)) >= 6 and len(trial.texts) < 2 * each:
            trial.add(body)
            trial.add(change_figures(body, rng))
    yield trial
    trial = Trial("- reports in formulas")
    for _ in range(each // 10):
        lines = make_report(rng, "{county}", rng.randint(3, 20))
        for county in ("青澜县", "石泉县", "云谷市"):
            for _ in range(2):
                trial.add(fill_report(rng, [line.replace("{county}", county) for line in lines]))
    yield trial
    trial = Trial("- forms, other matters")
    for _ in range(each // 10):
        for text in {form.split("\n")[0]: form for form in make_forms(rng, 6)}.values():
            trial.add(text)
    yield trial
    trial = Trial("- standard phrases")
    phrases = [make_sentence(rng, "青澜县", ["项目", "工作", "活动"]) for _ in range(60)]
    for _ in range(each // 3):
        trial.add(make_phrase_list(rng, phrases, 0.4))
    yield trial
    trial = Trial("- nothing in common")
    for body in bodies[: 3 * each]:
        trial.add(body)
    yield trial


def figures_of(text: str) -> list[str]:
    return re.findall(r"\d[\d.]*", text)


def find_links(trial: Trial, rng: Random) -> set[Pair]:
    """The pairs that the index links, whatever the order."""
    texts = trial.texts
    order = sorted(texts)
    rng.shuffle(order)
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "index.sqlite", SCHEMA, 1)
        index = ReprintIndex(db, texts.get)
        for start in range(0, len(order), 1000):
            index.add_all((id_, texts[id_]) for id_ in order[start : start + 1000])
        links = {(id_, other) for id_ in order for other in index.versions_of(id_) if id_ < other}
        db.close()
    return links


def find_links_with_datasketch(trial: Trial, threshold: float, hashes: dict[str, Any]) -> set[Pair]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=128)
    links = set()
    for id_, text in trial.texts.items():
        if id_ not in hashes:
            folded = fold_text(text)
            hashes[id_] = MinHash(num_perm=128)
            hashes[id_].update_batch(
                [folded[at : at + SHINGLE].encode() for at in range(max(1, len(folded) - SHINGLE + 1))]
            )
        links |= {(min(id_, other), max(id_, other)) for other in lsh.query(hashes[id_])}
        lsh.insert(id_, hashes[id_])
    return links


def score(trials: list[Trial], links: dict[str, set[Pair]]) -> dict[str, float]:
    """Recall of each kind (of look-alikes: the share of texts linked), recall and precision of all together."""
    kinds = {}
    for trial in trials:
        found = links[trial.name]
        if trial.versions:
            kinds[trial.name] = len(trial.versions & found) / len(trial.versions)
        else:
            kinds[trial.name] = len({id_ for pair in found for id_ in pair}) / max(1, len(trial.texts))
    wanted = sum(len(trial.versions) for trial in trials)
    right = sum(len(trial.versions & links[trial.name]) for trial in trials)
    kinds["recall, all"] = right / wanted
    kinds["precision, all"] = right / max(1, sum(map(len, links.values())))
    return kinds


def read_bodies(path: Path) -> Iterator[str]:
    if path.is_dir():
        for file in sorted(path.rglob("*.txt")):
            yield file.read_text("utf-8").strip()
    else:
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["text"].strip()


def drop_versions(bodies: Iterable[str], width: int = 12, most: float = 0.1) -> list[str]:
    """Bodies that share no more than so much of their shingles with any body kept before, found without any sketch."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    kept: list[str] = []
    for body in bodies:
        folded = fold_text(body)
        shingles = {folded[at : at + width] for at in range(len(folded) - width + 1)}
        if len(shingles) < 30:
            continue
        shared: defaultdict[int, int] = defaultdict(int)
        for shingle in shingles:
            for holder in holders.get(shingle, ()):
                shared[holder] += 1
        if max(shared.values(), default=0) <= most * len(shingles):
            for shingle in shingles:
                holders[shingle].append(len(kept))
            kept.append(body)
    return kept


def compare(bodies: list[str], seed: int) -> None:
    rng = Random(seed)
    trials = list(make_trials(bodies, rng))
    count = sum(len(trial.texts) for trial in trials)
    start = time.process_time()
    columns = {"this index": score(trials, {trial.name: find_links(trial, rng) for trial in trials})}
    spent = (time.process_time() - start) / count
    try:
        hashes: dict[str, Any] = {}
        peers = {
            f"datasketch {threshold}": score(
                trials, {trial.name: find_links_with_datasketch(trial, threshold, hashes) for trial in trials}
            )
            for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
        }
        best = max(peers, key=lambda name: peers[name]["recall, all"] + peers[name]["precision, all"])
        columns[best] = peers[best]
    except ImportError:
        print("datasketch is not installed: no peer beside these figures (pip install datasketch)\n")
    print(f"{len(bodies)} bodies, {count} texts, {1e6 * spent:.0f} us CPU a text")
    print(f"{'':24s}" + "".join(f"{name:>18s}" for name in columns))
    for kind in columns["this index"]:
        print(f"{kind:24s}" + "".join(f"{column[kind]:18.3f}" for column in columns.values()))
    print("Kinds marked - are look-alikes: the share of texts linked to another, wanted 0.")


def measure(count: int, seed: int, folder: Path) -> None:
    """Fills an index with texts of our grammar; every sixth article is a version of one of the last 5,000.

    The texts lie in a database of their own, which is not measured but for the reading of candidates.
    """
    rng = Random(seed)
    edits = list(VERSIONS.values())
    texts = open_database(folder / "texts" / "texts.sqlite", "CREATE TABLE texts (id TEXT PRIMARY KEY, text TEXT)", 1)
    db = open_database(folder / "index" / "index.sqlite", SCHEMA, 1)
    db.execute("PRAGMA cache_size = -65536")
    reads = 0

    def read_text(id_: str) -> str | None:
        nonlocal reads
        reads += 1
        row = texts.execute("SELECT text FROM texts WHERE id = ?", (id_,)).fetchone()
        return row["text"] if row else None

    index = ReprintIndex(db, read_text)
    recent: list[tuple[str, str]] = []
    spent = 0.0
    batch = 500
    step = max(batch, count // 10 // batch * batch)
    print("  articles  us an addition  texts read     MB  memory MB")
    for done in range(batch, count + batch, batch):
        articles = []
        for _ in range(batch):
            copied = recent and rng.random() < 1 / 6
            text = rng.choice(edits)(rng.choice(recent)[1], rng) if copied else make_article(rng)
            articles.append((content_hash(text)[:16], text))
        recent = articles + recent[: 5000 - batch]
        with together(texts):
            texts.executemany("INSERT OR IGNORE INTO texts (id, text) VALUES (?, ?)", articles)
        with together(db):
            for id_, text in articles:
                content_hash(text)  # as a crawl does, just before
                start = time.process_time()
                index.add(id_, text)
                spent += time.process_time() - start
            start = time.process_time()
        spent += time.process_time() - start
        if done % step == 0:
            size = sum(file.stat().st_size for file in (folder / "index").iterdir()) / 1e6
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{done:10d}{1e6 * spent / step:16.0f}{reads / step:12.2f}{size:7.0f}{memory:11.0f}", flush=True)
            spent = 0.0
            reads = 0
    texts.close()
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reprints")
    parser.add_argument("bodies", nargs="?", type=Path)
    parser.add_argument("--million", nargs="?", type=int, const=1_000_000, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.million:
        with tempfile.TemporaryDirectory() as folder:
            measure(options.million, options.seed, Path(folder))
        return
    if options.bodies and not options.bodies.exists():
        sys.exit(f"{options.bodies}: there is no such file or folder")
    rng = Random(options.seed)
    bodies = read_bodies(options.bodies) if options.bodies else (make_article(rng) for _ in range(1500))
    compare(drop_versions(bodies), options.seed)


if __name__ == "__main__":
    main()
