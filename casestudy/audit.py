"""The ledger: every printed claim against its value recomputed from the paper's own printed inputs.

A printed number stands for the interval of values that would print so. A result is recomputed at the printed
values of its inputs, and over the whole box of their intervals, and gets one of the verdicts below. A result
with a single input and no formula restates that input. Verdicts are computed; a note explains them and never
decides them.
"""

import itertools
import math

import numpy as np
import pandas as pd

from casestudy import cases, datasets
from casestudy.datasets import PrintedNumber, printed_number
from casestudy.errors import CasestudyError

VERDICTS = {
    "reproduced": "recomputed from the printed inputs and rounded as printed, it is the printed number",
    "within rounding": "not that, but the rounding of the printed inputs allows it",
    "contradicted": "it cannot come from the printed inputs",
    "not derivable": "its inputs are not printed",
    "input": "taken as given",
}
LEDGER_COLUMNS = [
    "claim_id", "quantity", "printed", "unit", "where", "restates", "recomputed", "low", "high", "verdict", "note",
]  # fmt: skip
MOST_INPUTS = 12
_STEPS = 8


def ledger(case):
    """The audit of one case, a row a claim in the order of the paper.

    Parameters
    ----------
    case : str
        Name of a case.

    Returns
    -------
    DataFrame indexed by claim_id
        quantity, printed, unit, where, restates (the claim that it repeats, or ""), recomputed (at the printed
        inputs; NaN where there is none), low and high (its range over the inputs' rounding), verdict, note.

    Raises
    ------
    CasestudyError
        If claims and the case's RECOMPUTE do not fit together.
    """
    recompute = cases.load(case).RECOMPUTE
    claims = datasets.claims(case)
    _check_fit(case, claims, recompute)
    numbers = {claim_id: printed_number(claim["printed"], claim["unit"]) for claim_id, claim in claims.iterrows()}
    for name, series in datasets.recovered_series(case).items():
        numbers[name] = PrintedNumber(series, series, series)
    rows = []
    for claim_id, claim in claims.iterrows():
        value, low, high = math.nan, math.nan, math.nan
        is_restated = len(claim["inputs"]) == 1 and claim_id not in recompute
        if claim["inputs"]:
            formula = recompute.get(claim_id, lambda printed_before: printed_before)
            inputs = [numbers[name] for name in claim["inputs"]]
            value, low, high = _range_for_verdict(formula, inputs, numbers[claim_id], f"{case}: {claim_id}")
        rows.append(
            {
                "claim_id": claim_id,
                **claim[["quantity", "printed", "unit", "where"]],
                "restates": claim["inputs"][0] if is_restated else "",
                "recomputed": value,
                "low": low,
                "high": high,
                "verdict": verdict(claim["role"], numbers[claim_id], value, low, high),
                "note": claim["note"],
            }
        )
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS).set_index("claim_id")


def verdict(role, printed, recomputed, low, high):
    """The verdict on one claim.

    Intervals that only share an end do not meet: one rule of rounding never prints a number both as 18.7 and 18.8.

    Parameters
    ----------
    role : str
        "input" or "result".
    printed : PrintedNumber
        The printed number's value and interval.
    recomputed, low, high : float
        The value at the printed inputs and its range over their rounding; NaN where nothing can be recomputed.

    >>> verdict("result", printed_number("119"), 119.13, 118.9, 119.4)
    'reproduced'
    >>> verdict("result", printed_number("488"), 486.67, 483.4, 489.9)
    'within rounding'
    >>> verdict("result", printed_number("1200.00"), 12000.0, 11850.0, 12150.0)
    'contradicted'
    """
    if role == "input":
        return "input"
    if math.isnan(recomputed):
        return "not derivable"
    slack = 1e-13 * max(1.0, abs(recomputed))
    if printed.low - slack <= recomputed <= printed.high + slack:
        return "reproduced"
    if low < printed.high - slack and high > printed.low + slack:
        return "within rounding"
    return "contradicted"


class _Turns(CasestudyError):
    """A formula that rises and falls along an input within the rounding."""


def _range_for_verdict(formula, inputs, printed, name):
    """As `recomputed_range`; for a formula that turns, the range over a grid, or over a search of the box where the
    grid would contradict. That a search finds no meeting value proves no contradiction: then the formula is refused.
    """
    try:
        return recomputed_range(formula, inputs, name)
    except _Turns:
        free = [place for place, number in enumerate(inputs) if not np.ndim(number.low) and number.low < number.high]
        box = [(inputs[place].low, inputs[place].high) for place in free]

        def at(point):
            numbers = [number.value for number in inputs]
            for place, x in zip(free, point, strict=True):
                numbers[place] = x
            return _evaluated(formula, numbers, name)

        value = at([inputs[place].value for place in free])
        grid = {point: at(point) for point in itertools.product(*(np.linspace(*ends, _STEPS + 1) for ends in box))}
        low, high = min(value, *grid.values()), max(value, *grid.values())
        if verdict("result", printed, value, low, high) == "contradicted":
            low, high = _searched(at, min(grid, key=grid.get), box, 1), _searched(at, max(grid, key=grid.get), box, -1)
        if verdict("result", printed, value, low, high) == "contradicted":
            raise
        return value, low, high


def _searched(at, start, box, sign):
    """The least (sign 1) or greatest (sign -1) value that a local search finds from a start."""
    from scipy.optimize import minimize

    options = {"xatol": 1e-10, "fatol": 0}
    return sign * minimize(lambda x: sign * at(x), start, method="Nelder-Mead", bounds=box, options=options).fun


def recomputed_range(function, inputs, name="claim"):
    """The value of a formula at printed inputs, and its least and greatest value over their box.

    The extremes of a formula that rises or falls along each input throughout the box lie at its corners; that it
    does is checked in eight steps along every edge.

    Parameters
    ----------
    function : callable
        The formula, one positional argument an input.
    inputs : list of PrintedNumber
        At most 12, each with a bounded interval, or an exact array in place of the number.

    Returns
    -------
    tuple of float
        Value, least, greatest.

    Raises
    ------
    CasestudyError
        For too many or half-bounded inputs, and for a formula that turns or fails within the box.

    >>> days, turnover = printed_number("365", "days/year"), printed_number("0.75")
    >>> [round(bound, 2) for bound in recomputed_range(lambda days, turnover: days / turnover, [days, turnover])]
    [486.67, 483.44, 489.93]
    """
    if len(inputs) > MOST_INPUTS:
        raise CasestudyError(f"{name} has {len(inputs)} inputs: recompute it in parts of at most {MOST_INPUTS}")
    if any(np.isinf(number.low).any() or np.isinf(number.high).any() for number in inputs):
        raise CasestudyError(f"{name} has an input that is only bounded on one side: nothing can be recomputed from it")
    ends = [[number.low] if np.ndim(number.low) else sorted({number.low, number.high}) for number in inputs]
    corners = [_evaluated(function, corner, name) for corner in itertools.product(*ends)]
    for position, interval in enumerate(ends):
        if len(interval) == 1:
            continue
        walk = [interval[0] + step * (interval[-1] - interval[0]) / _STEPS for step in range(_STEPS + 1)]
        for other in itertools.product(*ends[:position], *ends[position + 1 :]):
            values = [_evaluated(function, (*other[:position], x, *other[position:]), name) for x in walk]
            if not (_never_falls(values) or _never_falls(values[::-1])):
                raise _Turns(f"{name}: the formula turns within the rounding of input {position + 1}; split it")
    return _evaluated(function, [number.value for number in inputs], name), min(corners), max(corners)


def _evaluated(function, numbers, name):
    try:
        value = float(function(*numbers))
        if not math.isfinite(value):
            raise ValueError(f"it gives {value}")
        return value
    except (ArithmeticError, TypeError, ValueError) as error:
        raise CasestudyError(
            f"{name}: the formula fails at {[np.asarray(number).tolist() for number in numbers]}: {error}"
        ) from None


def _never_falls(values):
    return all(after >= before - 1e-9 * max(1.0, abs(before)) for before, after in itertools.pairwise(values))


def readable(ledger):
    """What a person reads of a ledger: quantity, place, printed, unit, recomputed, verdict and note."""
    return ledger[["quantity", "where", "printed", "unit", "recomputed", "verdict", "note"]].reset_index(drop=True)


def findings(ledger):
    """The claims that are contradicted, then those that are not derivable, as `readable`."""
    wanted = ["contradicted", "not derivable"]
    found = readable(ledger[ledger["verdict"].isin(wanted)])
    found = found.sort_values(
        "verdict", key=lambda verdict: verdict.map(wanted.index), kind="stable", ignore_index=True
    )
    return found.dropna(axis="columns", how="all")


def counts(ledgers):
    """How many claims got each verdict, and how many only restate another printed number.

    Parameters
    ----------
    ledgers : dict of str to DataFrame
        Ledgers by case.

    Returns
    -------
    DataFrame of int, indexed by case
        A column a verdict, then `claims` and `of which restated`.
    """
    rows = {
        case: {
            **{verdict: int((table["verdict"] == verdict).sum()) for verdict in VERDICTS},
            "claims": len(table),
            "of which restated": int((table["restates"] != "").sum()),
        }
        for case, table in ledgers.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("case")


def to_csv(table):
    """A ledger as CSV text at a stated precision: 10 significant digits."""
    return table.to_csv(float_format="%.10g", lineterminator="\n")


def formatted(ledgers, style):
    """Ledgers as text.

    Parameters
    ----------
    ledgers : dict of str to DataFrame
        Ledgers by case.
    style : str
        "csv" and "json" hold everything, with a column for the case; "table" and "markdown" what a person
        reads: claim, where, printed, recomputed, verdict and note, then the counts.
    """
    everything = pd.concat(ledgers, names=["case"]).reset_index()
    if style == "csv":
        return to_csv(everything.set_index("case")).rstrip("\n")
    if style == "json":
        return everything.to_json(orient="records", force_ascii=False, indent=2, double_precision=10)
    columns = ["claim_id", "where", "printed", "recomputed", "verdict", "note"]
    short = everything[["case", *columns]].assign(
        recomputed=["" if math.isnan(value) else f"{value:.6g}" for value in everything["recomputed"]]
    )
    tally = counts(ledgers).reset_index()
    return "\n\n".join(_aligned(table, style) for table in (short, tally))


def _aligned(table, style):
    rows = [
        list(table.columns),
        *([" ".join(str(cell).splitlines()) for cell in row] for row in table.itertuples(index=False)),
    ]
    if style == "markdown":
        rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|---" * len(table.columns) + "|", *lines[1:]])
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _check_fit(case, claims, recompute):
    for claim_id in recompute:
        if claim_id not in claims.index:
            raise CasestudyError(f"{case}: RECOMPUTE names {claim_id!r}, which is no claim in its claims.csv")
        if not claims.at[claim_id, "inputs"]:
            raise CasestudyError(f"{case}: {claim_id!r} is recomputed but its claim names no inputs")
    for claim_id, claim in claims.iterrows():
        if len(claim["inputs"]) > 1 and claim_id not in recompute:
            raise CasestudyError(f"{case}: {claim_id!r} has inputs but nothing in RECOMPUTE recomputes it")
        if claim["role"] == "result" and not claim["inputs"] and not claim["note"]:
            raise CasestudyError(f"{case}: {claim_id!r} is not derivable: say in its note which inputs are missing")
