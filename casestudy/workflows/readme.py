"""The README's table of verdicts, written by the run between two markers."""

import os

from casestudy import audit, cases, datasets
from casestudy.errors import CasestudyError

README = datasets.ROOT / "README.md"
BEGIN, END = "<!-- verdicts: begin (written by casestudy run) -->", "<!-- verdicts: end -->"


def verdicts_table():
    """The counts of verdicts per study, as Markdown."""
    counts = audit.counts({name: audit.ledger(name) for name in cases.names()})
    lines = ["| study | " + " | ".join(counts.columns) + " |", "|---|" + "---:|" * len(counts.columns)]
    for name, row in counts.iterrows():
        lines.append(f"| [{cases.load(name).TITLE}](notebooks/{name}.ipynb) | " + " | ".join(map(str, row)) + " |")
    return "\n".join(lines)


def with_verdicts(text):
    """The README's text with the table between its markers renewed.

    Raises
    ------
    CasestudyError
        If a marker is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise CasestudyError(f"README.md has lost a marker: put back {BEGIN!r} and {END!r} on lines of their own")
    return f"{before}{BEGIN}\n{verdicts_table()}\n{END}{after}"


def write_verdicts():
    """Renew the table in README.md; a README that is up to date is not touched."""
    old = README.read_text(encoding="utf-8")
    new = with_verdicts(old)
    if new != old:
        aside = README.with_suffix(".md.new")
        aside.write_text(new, encoding="utf-8")
        os.replace(aside, README)
