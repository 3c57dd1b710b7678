"""Strings made from a pattern to make it slow: runs of its characters, and pieces of what it matches, over and over."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from random import Random
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import cleaners
import promo_crawler
from cleaners.line_rules import Rule

RUNS = (
    *" \t\n\u3000 0a1A招（(《“\"'<>-–—_=/.,，。、:：;；|·&#%?\\{[",
    "张三",
    " \n",
    "1-",
    "招 ",
    "a1",
    "（）",
    "<a ",
    "0 ",
    "２",
)
_CLASSES = {
    sre.CATEGORY_DIGIT: "0123456789",
    sre.CATEGORY_NOT_DIGIT: "招 a-",
    sre.CATEGORY_SPACE: " \t\n\u3000",
    sre.CATEGORY_NOT_SPACE: "招a0-",
    sre.CATEGORY_WORD: "招a0_",
    sre.CATEGORY_NOT_WORD: " -（，",
}


def find_patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern of the project by `module.NAME`, each once, also those in tuples and dicts of rules."""
    found: dict[int, tuple[str, re.Pattern[Any]]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            for inner, pattern in _patterns_in(value):
                if id(pattern) not in found:
                    found[id(pattern)] = (f"{module.__name__}.{name}{inner}", pattern)
    return dict(sorted(found.values(), key=lambda each: each[0]))


def _modules() -> Iterator[ModuleType]:
    for package in (cleaners, promo_crawler):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.startswith("promo_crawler.datasette"):
                yield importlib.import_module(info.name)


def _patterns_in(value: object, depth: int = 3) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif depth and isinstance(value, list | tuple | frozenset | set):
        for number, each in enumerate(value):
            yield from ((f"[{number}]{inner}", found) for inner, found in _patterns_in(each, depth - 1))
    elif depth and isinstance(value, dict):
        for key, each in value.items():
            yield from ((f"[{key}]{inner}", found) for inner, found in _patterns_in(each, depth - 1))
    elif depth and hasattr(value, "__slots__") and not isinstance(value, type):
        for name in value.__slots__:
            yield from ((f".{name}", found) for _, found in _patterns_in(getattr(value, name, None), depth - 1))


def find_rules() -> dict[str, Rule]:
    """Every rule of a line, by `module.NAME[number]`."""
    return {
        f"{module.__name__}.{name}[{number}]": rule
        for module in _modules()
        for name, value in vars(module).items()
        if isinstance(value, tuple)
        for number, rule in enumerate(value)
        if isinstance(rule, Rule)
    }


def evil_units(pattern: re.Pattern[Any], seed: int, samples: int = 12) -> list[str]:
    """Short strings worth repeating: single characters, and the beginnings of what the pattern matches."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = _parser.parse(text, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    chance = Random(seed)
    units = dict.fromkeys(RUNS)
    units.update(dict.fromkeys(_literals(parsed)))
    for _ in range(samples):
        matched = _sample(parsed, chance)
        for piece in (matched, matched[:-1], matched[: len(matched) // 2], matched[len(matched) // 2 :], matched[1:]):
            units[piece[:60]] = None
    return [unit for unit in units if unit]


def _literals(parsed: Any) -> Iterator[str]:
    for op, argument in parsed:
        if op in (sre.LITERAL, sre.NOT_LITERAL):
            yield chr(argument)
        elif op is sre.IN:
            yield from (char for _ in range(2) for char in _of_class(argument, Random(1)))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield from _literals(argument[2])
        elif op is sre.SUBPATTERN:
            yield from _literals(argument[3])
        elif op is sre.ATOMIC_GROUP:
            yield from _literals(argument)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _literals(argument[1])
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _literals(branch)


def _sample(parsed: Any, chance: Random) -> str:
    """A string that the pattern may match, as far as that can be told without looking around."""
    made = ""
    for op, argument in parsed:
        if op is sre.LITERAL:
            made += chr(argument)
        elif op is sre.NOT_LITERAL or op is sre.ANY:
            made += "x"
        elif op is sre.IN:
            made += _of_class(argument, chance)
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, most, inner = argument
            for _ in range(chance.randint(least, min(int(most), least + 3))):
                made += _sample(inner, chance)
        elif op is sre.SUBPATTERN:
            made += _sample(argument[3], chance)
        elif op is sre.ATOMIC_GROUP:
            made += _sample(argument, chance)
        elif op is sre.BRANCH:
            made += _sample(chance.choice(argument[1]), chance)
    return made


def _of_class(members: Any, chance: Random) -> str:
    op, argument = chance.choice(members)
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.RANGE:
        return chr(chance.randint(*argument))
    if op is sre.CATEGORY:
        return chance.choice(_CLASSES[argument])
    return "x"


def seconds(pattern: re.Pattern[Any], unit: str, length: int) -> float:
    """CPU time for looking through `unit` over and over, `length` characters of it; the best of two."""
    text: Any = (unit * (length // len(unit) + 1))[:length]
    if isinstance(pattern.pattern, bytes):
        text = text.encode("utf-8", "replace")[:length]
    best = 1e9
    for _ in range(2):
        began = time.process_time()
        pattern.search(text)
        pattern.match(text)
        best = min(best, time.process_time() - began)
    return best


def fullmatch_seconds(pattern: re.Pattern[str], unit: str, length: int) -> float:
    """CPU time of one `fullmatch`, the best of two, with and without a last character that does not fit."""
    spent = []
    for end in ("", "\x00"):
        text = (unit * (length // len(unit) + 1))[: length - len(end)] + end
        for _ in range(2):
            began = time.process_time()
            pattern.fullmatch(text)
            spent.append(time.process_time() - began)
    return max(min(spent[:2]), min(spent[2:]))
