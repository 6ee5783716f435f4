"""Reads and checks `data/<case>/`: the printed tables, the claims, and the grammar of printed numbers."""

import csv
import hashlib
import math
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from casestudy.errors import CasestudyError

ROOT = Path(__file__).resolve().parent.parent
CLAIM_COLUMNS = ["claim_id", "quantity", "printed", "unit", "where", "role", "inputs", "note"]

# What is counted, or fixed as a formula's constant (no unit), is exact; everything else that is printed is rounded.
EXACT_UNITS = frozenset({
    "", "activities", "articles", "building blocks", "categories", "cities", "companies", "components", "computers",
    "cornerstones", "countries", "days/half-year", "days/year", "diagrams", "families", "functions", "ideas",
    "materials", "methods", "month", "months", "options", "people", "periods", "points", "problems", "procedures",
    "requirements", "sales points", "samples", "samples/week", "stages", "suppliers", "tools", "warehouses",
    "workers", "year", "years",
})  # fmt: skip

_AT_LEAST = (
    "greater than a ",
    "minimum of ",
    "more than ",
    "over ",
    "exceeding ",
    "at least ",
    "mayor que ",
    "no menor a ",
    "al menos ",
    "más de ",
)
_AT_MOST = ("less than ", "under ", "menos de ", "menor que ")
_ABOUT = ("approximately ", "about ", "aproximadamente ")
_WORDS = {
    **dict.fromkeys(("one", "una", "un", "uno"), 1),
    **dict.fromkeys(("two", "dos"), 2),
    **dict.fromkeys(("three", "tres"), 3),
    **dict.fromkeys(("four", "cuatro"), 4),
    **dict.fromkeys(("five", "cinco"), 5),
    **dict.fromkeys(("six", "seis"), 6),
    **dict.fromkeys(("seven", "siete"), 7),
    **dict.fromkeys(("eight", "ocho"), 8),
    **dict.fromkeys(("nine", "nueve"), 9),
    **dict.fromkeys(("ten", "diez"), 10),
    **dict.fromkeys(("twelve", "doce"), 12),
    **dict.fromkeys(("fifteen", "quince"), 15),
    "a": 1,
    "one hundred and twenty": 120,
    "one thousand": 1000,
    "eight thousand": 8000,
}


class PrintedNumber(NamedTuple):
    """What a printed text stands for: its value, and the interval of values that would print so."""

    value: float
    low: float
    high: float


def printed_number(text, unit="percent"):
    """Read a number exactly as a paper prints it.

    Spaces group digits. A comma before exactly three last digits groups too (`1,249,506`), unless the
    number starts with 0; any other comma and every point is a decimal sign (`7297,45`, `0.75`), and `E` a
    power of ten. A bounding word makes a half-line, `approximately` an interval of half the last non-zero
    digit's place.

    Parameters
    ----------
    text : str
        The printed number without unit or currency sign, or a number word.
    unit : str
        Its unit. A number in one of `EXACT_UNITS` is a count or a constant: its interval is a point.

    Returns
    -------
    PrintedNumber
        `0.75` stands for 0.745 to 0.755; `more than 50` for every number above 50.

    Raises
    ------
    ValueError
        If the text is no number.

    >>> printed_number("0.75")
    PrintedNumber(value=0.75, low=0.745, high=0.755)
    >>> printed_number("66 884,48").value
    66884.48
    >>> printed_number("more than 8,000")
    PrintedNumber(value=8000.0, low=8000.0, high=inf)
    >>> printed_number("approximately 1,200")
    PrintedNumber(value=1200.0, low=1150.0, high=1250.0)
    >>> printed_number("nueve", "workers")
    PrintedNumber(value=9.0, low=9.0, high=9.0)
    """
    lowered = text.strip().lower()
    for prefixes, bound in ((_AT_LEAST, "low"), (_AT_MOST, "high"), (_ABOUT, "about")):
        prefix = next((prefix for prefix in prefixes if lowered.startswith(prefix)), None)
        if prefix:
            value, decimals, digits = _digits(lowered.removeprefix(prefix), text)
            if bound == "low":
                return PrintedNumber(value, value, math.inf)
            if bound == "high":
                return PrintedNumber(value, -math.inf, value)
            place = len(digits) - len(digits.rstrip("0")) - decimals
            return _around(value, place)
    value, decimals, _ = _digits(lowered, text)
    return PrintedNumber(value, value, value) if unit in EXACT_UNITS else _around(value, -decimals)


def _around(value, place):
    decimals = max(0, 1 - place)
    half = 0.5 * 10.0**place
    return PrintedNumber(value, round(value - half, decimals), round(value + half, decimals))


def _digits(text, whole):
    if text in _WORDS:
        return float(_WORDS[text]), 0, str(_WORDS[text])
    compact = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", compact):
        compact = compact.replace(",", "")
    compact = compact.replace(",", ".")
    mantissa, _, exponent = compact.partition("e")
    if "E" in whole and re.fullmatch(r"[+-]?\d(\.\d+)?e[+-]?\d+", compact):
        _, decimals, digits = _digits(mantissa, whole)
        return float(compact), decimals - int(exponent), digits
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", compact):
        raise ValueError(f"{whole!r} is not a printed number: give digits, or a number word, without unit")
    fraction = compact.partition(".")[2]
    return float(compact), len(fraction), re.sub(r"\D", "", compact)


def folder(case):
    """The data folder of a case."""
    path = ROOT / "data" / case
    if not path.is_dir():
        raise CasestudyError(
            f"{path} is missing: the data lie beside the package, so install it in its checkout: pip install -e ."
        )
    return path


def printed_table(case, name):
    """A table as the paper prints it: every cell is text.

    Parameters
    ----------
    case, name : str
        The case, and the file's stem below `data/<case>/printed/`.
    """
    return _read_text_csv(folder(case) / "printed" / f"{name}.csv").reset_index(drop=True)


def redrawn_table(case, name):
    """A table of what a text says, in our words: every cell is text.

    Parameters
    ----------
    case, name : str
        The case, and the file's stem below `data/<case>/redrawn/`.
    """
    return _read_text_csv(folder(case) / "redrawn" / f"{name}.csv").reset_index(drop=True)


def illustrative_table(case, name):
    """A table that we made up to show a method, never a printed one.

    Parameters
    ----------
    case, name : str
        The case, and the file's stem below `data/<case>/illustrative/`.
    """
    return pd.read_csv(folder(case) / "illustrative" / f"{name}.csv")


def recovered_series(case):
    """Series that were recovered from printed numbers, by the name under which a claim's inputs use them.

    Returns
    -------
    dict of str to array of float
        `recovered_<column>` for every column but the first of each `data/<case>/recovered/*.csv`; empty where a
        case has none.
    """
    tables = [pd.read_csv(path, index_col=0) for path in sorted((folder(case) / "recovered").glob("*.csv"))]
    return {f"recovered_{name}": table[name].to_numpy(dtype=float) for table in tables for name in table}


def claims(case):
    """The claims of a case, checked, indexed by `claim_id`; a header alone says that its text prints no number.

    Returns
    -------
    DataFrame of text
        Columns quantity, printed, unit, where, role, inputs (a tuple of claim ids), note.

    Raises
    ------
    CasestudyError
        Naming the file, the line and the mend: a wrong column, a row with too few or too many cells, a doubled
        id, an unknown role or input, an unreadable number, an input that has inputs, a claim that rests on itself.
    """
    path = folder(case) / "claims.csv"
    table = _read_text_csv(path)
    if list(table.columns) != CLAIM_COLUMNS:
        raise CasestudyError(f"{path}: the columns are {list(table.columns)}, not {CLAIM_COLUMNS}")
    table["inputs"] = [tuple(part.strip() for part in text.split(";") if part.strip()) for text in table["inputs"]]
    known = set(table["claim_id"]) | set(recovered_series(case))
    seen = set()
    for row in table.itertuples():
        problem = _problem(row, known, seen)
        if problem:
            raise CasestudyError(f"{path}, line {row.Index}: {problem}")
        seen.add(row.claim_id)
    try:
        TopologicalSorter(dict(zip(table["claim_id"], table["inputs"], strict=True))).prepare()
    except CycleError as error:
        circle = error.args[1]
        line = table.index[table["claim_id"] == circle[0]][0]
        raise CasestudyError(
            f"{path}, line {line}: {circle[0]!r} rests on itself ({' -> '.join(circle)}): make one of them an input"
        ) from None
    return table.set_index("claim_id")


def _problem(row, known, seen):
    if not row.claim_id or row.claim_id in seen:
        return f"claim_id {row.claim_id!r} is empty or stands twice: give each row its own"
    if row.role not in ("input", "result"):
        return f"role {row.role!r}: write input or result"
    if row.role == "input" and row.inputs:
        return "an input has inputs: call it a result, or empty the column"
    unknown = [claim for claim in row.inputs if claim not in known]
    if unknown:
        return f"input {unknown[0]!r} is no claim_id of this file, nor a recovered series"
    try:
        printed_number(row.printed)
    except ValueError as error:
        return str(error)
    return None


def _read_text_csv(path):
    """The file's cells as text; the index is the line on which each row starts."""
    rows, lines, line = [], [], 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = next(reader, [])
            line = reader.line_num + 1
            for row in reader:
                if row and len(row) != len(columns):
                    raise CasestudyError(
                        f"{path}, line {line}: {len(row)} cells for {len(columns)} columns: "
                        "write one a column, and double quotes around a text that holds a comma"
                    )
                if row:
                    rows.append(row)
                    lines.append(line)
                line = reader.line_num + 1
    except csv.Error as error:
        raise CasestudyError(f"{path}, line {line}: {error}: close and double the double quotes") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or f"{error}: save it as UTF-8"
        raise CasestudyError(f"cannot read {path}: {reason}") from None
    return pd.DataFrame(rows, index=pd.Index(lines, name="line"), columns=columns, dtype=str)


def hashes(case):
    """SHA-256 of every data file of a case, by its path below the case's folder."""
    base = folder(case)
    files = sorted(path for path in base.rglob("*") if path.is_file())
    return {path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
