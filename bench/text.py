"""What the text steps cost, beside opencc: ratios inside one run, on text written for it.

python -m bench.text
"""

import time
from collections.abc import Callable

import opencc

from cleaners.fingerprint import content_hash
from cleaners.normalize import normalize_text
from cleaners.repair import fix_text
from cleaners.script import find_script, to_simplified

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


def main() -> None:
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


if __name__ == "__main__":
    main()
