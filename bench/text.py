"""What the text steps cost, beside opencc: ratios inside one run, on text written for it.

python -m bench.text                  the ratios
python -m bench.text FILE...          also what share of the paragraphs (.txt, or `body` in .jsonl) comes back exactly
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import opencc

from cleaners.fingerprint import content_hash
from cleaners.normalize import normalize_text
from cleaners.repair import fix_text
from cleaners.script import find_script, to_simplified
from cleaners.sounds import find_syllable

HANT = """會議強調，要堅持「項目為王」，把招商引資作為一號工程，主動出擊、精準對接，推動更多好項目落地見效。
縣長帶隊赴深圳、東莞、廣州等地考察，走訪企業16家，簽訂《戰略合作框架協議》3份，總投資12.5億元。
“從簽約到開工只用了45天！”企業負責人說，隨著營商環境的改善，這裏的發展後勁越來越足，我們很放心。
下一步，將瞭解企業需求，憑藉區位優勢，乾乾淨淨做事，讓群眾得實惠；計畫於年底前全部投產。
"""


def seconds(run: Callable[[str], object], text: str, least: float = 0.3) -> float:
    """CPU seconds of one call, the best of three rounds."""
    run(text)  # dictionaries and patterns are read once
    rounds = []
    for _ in range(3):
        calls, start = 0, time.process_time()
        while time.process_time() - start < least:
            run(text)
            calls += 1
        rounds.append((time.process_time() - start) / calls)
    return min(rounds)


def _shift(text: str, choose: random.Random) -> str | None:
    """GBK read one byte late behind one A1; None where that loses something."""
    data, places, at = bytearray(text.encode("gb18030")), [], 0
    for char in text:
        code = char.encode("gb18030")
        if len(code) == 2 and code[0] == 0xA1:
            places.append(at)
        at += len(code)
    if not places:
        return None
    data[choose.choice(places)] = 0x3F
    damaged = bytes(data).decode("gb18030", "replace")
    return None if "\ufffd" in damaged else damaged


def _gloss(text: str, choose: random.Random) -> str:
    """Pinyin without tones behind one character in ten."""
    pairs = ((char, find_syllable(char)) for char in text)
    return "".join(f"{char}({sound})" if sound and choose.random() < 0.1 else char for char, sound in pairs)


def _fold(text: str) -> str:
    return re.sub("[，：；？！（）]", lambda m: chr(ord(m[0]) - 0xFEE0), text)


def _recode(text: str, written: str, read: str) -> str | None:
    try:
        return text.encode(written).decode(read)
    except UnicodeError:
        return None


DAMAGE: dict[str, Callable[[str, random.Random], str | None]] = {
    "none": lambda text, _: text,
    "shifted GBK": _shift,
    "shifted GBK, folded": lambda text, choose: (damaged := _shift(text, choose)) and _fold(damaged),
    "glosses on a tenth": _gloss,
    "entities, twice escaped": lambda text, _: text.replace("“", "&amp;ldquo;").replace("”", "&amp;rdquo;"),
    "width folded": lambda text, _: _fold(text),
    "UTF-8 as Latin-1": lambda text, _: _recode(text, "utf-8", "latin-1"),
    "UTF-8 as GBK": lambda text, _: _recode(text, "utf-8", "gb18030"),
    "GBK as Latin-1": lambda text, _: _recode(text, "gbk", "latin-1"),
}


def paragraphs(paths: list[str]) -> Iterator[str]:
    for path in map(Path, paths):
        text = path.read_text("utf-8")
        bodies = [json.loads(row)["body"] for row in text.splitlines()] if path.suffix == ".jsonl" else [text]
        yield from (line for body in bodies for line in normalize_text(body).split("\n") if len(line) > 20)


def measure(paths: list[str]) -> None:
    """What share of the paragraphs comes back from each kind of damage, in normal form."""
    texts = [text for text in paragraphs(paths) if fix_text(text) == (text, {})]
    print(f"\n{len(texts)} paragraphs\n{'':28s}{'tried':>8s}{'exact':>10s}")
    for name, damage in DAMAGE.items():
        choose = random.Random(4)
        pairs = [(text, damaged) for text in texts if (damaged := damage(text, choose))]
        right = sum(normalize_text(fix_text(damaged)[0]) == text for text, damaged in pairs)
        print(f"{name:28s}{len(pairs):8d}{right / max(1, len(pairs)):10.2%}")


def main(paths: list[str] | None = None) -> None:
    hant = HANT * 20
    hans = to_simplified(hant)
    print(f"{len(hant)} characters of Traditional text\n{'':28s}{'million chars/s':>16s}{'times opencc':>14s}")
    for config in ("t2s", "tw2s", "tw2sp", "hk2s"):
        whole = seconds(opencc.OpenCC(config).convert, hant)
        ours = seconds(lambda text, config=config: to_simplified(text, config), hant)  # type: ignore[misc]
        print(f"{'opencc ' + config:28s}{len(hant) / whole / 1e6:16.2f}{1:14.1f}")
        print(f"{'to_simplified ' + config:28s}{len(hant) / ours / 1e6:16.2f}{whole / ours:14.1f}")
    plain = seconds(opencc.OpenCC("t2s").convert, hant)
    print("\non the same text in Simplified script (times opencc t2s on Traditional)")
    for step in (find_script, to_simplified, fix_text, normalize_text, content_hash):
        cost = seconds(step, hans)
        print(f"{step.__name__:28s}{len(hans) / cost / 1e6:16.2f}{plain / cost:14.1f}")
    if paths:
        measure(paths)


if __name__ == "__main__":
    main(sys.argv[1:])
