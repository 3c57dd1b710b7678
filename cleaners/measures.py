"""What a line is like: how much running text it holds, whether it is link, whether it tells facts of the page."""

import re
from collections.abc import Sequence
from functools import lru_cache

from cleaners.dates import SPEECH_DATE_RE, find_moments
from cleaners.labels import parse_labels
from cleaners.line_rules import ATTACHMENT_RE, COUNTER_LABEL_RE, FILE_RE, FOOTER_RE
from cleaners.tree import Line

_URL_RE = re.compile(r"(?:https?://|www\.)[\w./:-]*")
_BARE_RE = re.compile(r"[\W_]+")
_MAY_INFORM_RE = re.compile(r"[:：/丨｜︱]|(?:19|20)\d\d|来源于|转自")
# 访谈时间：2024年3月5日 · （2024年3月5日县人民代表大会通过）
_EVENT_RE = re.compile(
    r"^[（(【\s]*(?:访谈|采访|会议|活动|调查|调研|公示|报名|开标|投标|招标|截[止至]|考试|面试|培训|举办|演出|拍摄|开庭|签约|开工|竣工|施工|开始|起止)"
    r"(?:开始|截止|起止)?(?:时间|日期)|(?:通过|修[订正]|施行|批准|公布)[）)]?$"
)
# 2.《云岭县规划》 below 附件：1.申报表
_ITEM_RE = re.compile(r"^\W{0,2}\d{1,2}\s?[.．、,，]|^\W{0,2}[（(]\d{1,2}[)）]|《")
# what makes a line prose: a mark inside or at the end of a sentence
SENTENCE_RE = re.compile(r"[，。！？；、…,;!?]")


def bare(text: str) -> str:
    """Letters, digits and Han characters alone: to compare lines that differ in spaces and quotes."""
    return _BARE_RE.sub("", text).lower()


def prose_length(line: Line) -> int:
    """How much running text a line holds: 0 for links, labels, footers, headings; else its length outside links."""
    if line.zone:
        return 0
    if line.prose is None:
        own = len(line.text) - line.links
        if own < 8 or line.links > own or FOOTER_RE.search(line.text):
            line.prose = 0
        elif SENTENCE_RE.search(line.text):
            line.prose = own
        else:
            line.prose = own // 2 if own > 24 else 0
    return line.prose


def is_linked(line: Line) -> bool:
    """True for a line that is link and little else: `·读《火花》之后的碎语 2009-11-01`."""
    links = line.links
    return links > 0 and (links >= 0.6 * len(line.text) or links >= 0.6 * len(bare(line.text)))


def find_enclosed(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is a link to a document that the article encloses, a file or an item of a list under
    附件: `附件：1.申报表` over `2.《云岭县规划》`."""
    enclosed, listed = [], False
    for line in lines:
        if ATTACHMENT_RE.match(line.text):
            listed = True
        elif not line.links or not (listed and _ITEM_RE.search(line.text)):
            listed = False
        linked = line.links > 0 and is_linked(line)
        enclosed.append(linked and (listed or FILE_RE.search(line.text) is not None))
    return enclosed


@lru_cache(maxsize=4096)
def is_info_line(text: str) -> bool:
    """`发布时间：2022-02-11 09:52 来源：巴彦淖尔日报 编辑：苏亮`: a date, names with labels, counters; no sentence.

    Not `办公时间：周一至周五`: a label of time without a date says nothing of the page.
    """
    if not _MAY_INFORM_RE.search(text):
        return False
    if len(text) > 160 or re.search(r"[。！？]", text) or (len(text) > 60 and re.search(r"[，；]", text)):
        return False
    if SPEECH_DATE_RE.fullmatch(text.strip()):
        return False
    if _EVENT_RE.search(text):
        return False
    people, rest = parse_labels(text)
    found = bool(people) or bool(COUNTER_LABEL_RE.search(text))
    for moment, _ in find_moments(text):
        found = True
        rest = rest.replace(moment.raw, "")
    rest = _URL_RE.sub("", rest).strip(" \u3000\xa0|｜-—[]【】()（）©·:：")
    return found and len(rest) <= 24 and not re.search(r"[，。！？；]", rest)
