"""Lines of links to other articles among the lines of a body."""

from cleaners.line_rules import ATTACHMENT_RE, FILE_RE, Dropped, find_rule
from cleaners.measures import is_linked, prose_length
from cleaners.tail_rules import END, END_ABOVE_LINKS, TAIL
from cleaners.tree import Line

_MAX_LONE = 3
_LEAST_HEADLINE = 8


def lead_out(lines: list[Line]) -> list[bool]:
    """For each line whether it is a link and no attachment: neither a file nor a link under the heading 附件, nor the
    address that the line above gives: `报名网址：` over `http://www.example.cn/bm`."""
    out: list[bool] = []
    enclosed = False
    for i, row in enumerate(lines):
        linked = is_linked(row) and not prose_length(row)
        enclosed = bool(ATTACHMENT_RE.match(row.text)) or (enclosed and linked)
        given = linked and i > 0 and _is_given(row, lines[i - 1])
        out.append(linked and not enclosed and not given and not FILE_RE.search(row.text))
    return out


def _is_given(row: Line, above: Line) -> bool:
    if not row.text.startswith(("http", "www.")) or not above.text.endswith(("：", ":")):
        return False
    return not is_linked(above) and not find_rule(above, TAIL) and not find_rule(above, END)


def drop_link_boxes(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without `相关新闻：` and the links right below it, beside the first paragraphs too."""
    kept: list[Line] = []
    in_box = False
    for i, row in enumerate(lines):
        opens = i + 1 < len(lines) and is_linked(lines[i + 1]) and find_rule(row, END) in END_ABOVE_LINKS
        in_box = opens or (in_box and is_linked(row))
        if in_box:
            dropped.append(Dropped(row, "related"))
        else:
            kept.append(row)
    return kept


def drop_lone_links(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without one to three linked headlines between two paragraphs, in elements of another make than these."""
    kept: list[Line] = []
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and _is_linked_headline(lines[end]):
            end += 1
        if end - i > _MAX_LONE:
            kept.extend(lines[i : end - _MAX_LONE])
            i = end - _MAX_LONE
        if 0 < end - i <= _MAX_LONE and kept and end < len(lines) and _are_paragraphs(kept[-1], lines[end], lines[i]):
            dropped.extend(Dropped(row, "related") for row in lines[i:end])
            i = end
        else:
            kept.append(lines[i])
            i += 1
    return kept


def _is_linked_headline(row: Line) -> bool:
    return (
        is_linked(row)
        and len(row.text) >= _LEAST_HEADLINE
        and not row.text.startswith(("http", "www", "《"))
        and not (ATTACHMENT_RE.match(row.text) or FILE_RE.search(row.text))
    )


def _are_paragraphs(above: Line, below: Line, between: Line) -> bool:
    """Two paragraphs, and a line between them that stands in no paragraph."""
    if above.block is None or below.block is None or between.block is None:
        return False
    ends = above.text.endswith(("。", "！", "？", "”", "）"))
    return ends and prose_length(below) > 0 and above.block.tag == below.block.tag == "p" != between.block.tag


def drop_link_runs(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without lists of links to other articles, three or more in a row, with the short headings between them."""
    out = lead_out(lines)
    if sum(out) < 3:
        return lines
    kept: list[Line] = []
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and (
            out[end] or (end > i and len(lines[end].text) <= 8 and any(out[end + 1 : end + 2]))
        ):
            end += 1
        if sum(out[i:end]) >= 3:
            dropped.extend(Dropped(row, "links") for row in lines[i:end])
        else:
            end = max(end, i + 1)
            kept.extend(lines[i:end])
        i = end
    return kept
