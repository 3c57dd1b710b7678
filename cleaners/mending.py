"""Repair and script conversion of a whole page, before anything on it is matched."""

from cleaners.explanation import Explanation
from cleaners.repair import fix_text
from cleaners.schema import NormalForm, Script
from cleaners.script import find_script, to_simplified
from cleaners.shifted_gbk import Effort
from cleaners.tree import Line


def mend(record: Explanation) -> None:
    """Repair and script conversion, once, before anything is matched: every pattern is written for sound
    Simplified text alone. Costs next to nothing where there is nothing to do."""
    head = [" ".join(value.split()) for value in (record.page_title, *record.meta.values(), *record.named.values())]
    texts = [*(line.text for line in record.lines), *head]
    text = "\n".join(texts)
    record.script = find_script("\n".join(t for t in texts if len(t) > 12) or text)
    effort = Effort()
    mended, record.changes = fix_text(text, effort=effort)
    own = mended.split("\n")
    if len(own) != len(texts) and len(head) == 1 and all(line.block is None for line in record.lines):
        record.lines = [Line(row.strip(), raw=row.strip()) for row in own[:-1] if row.strip()]  # of a text
        own = texts = [*(line.text for line in record.lines), *head]
    elif len(own) != len(texts):  # a repair joined or split lines
        own = [fix_text(t, effort=effort)[0].replace("\n", " ") for t in texts]
    rows = own
    if record.script in (Script.HANT, Script.MIXED):
        rows = to_simplified("\n".join(own), record.form.script or NormalForm().script).split("\n")
    if rows == texts:
        return
    for line, row, unconverted in zip(record.lines, rows, own, strict=False):
        line.text, line.own = row.strip(), unconverted.strip()
        line.links = min(line.links, len(line.text))
        line.prose = None
    values = iter(rows[len(record.lines) :])
    # a reference may have given a row of blanks
    record.page_title = " ".join(next(values).split())
    record.meta = {name: " ".join(next(values).split()) for name in record.meta}
    record.named = {name: " ".join(next(values).split()) for name in record.named}
