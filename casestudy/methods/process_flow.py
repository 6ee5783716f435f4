"""Value-added analysis of a process: how much of its time adds value, and what a redesign changes.

Each activity is value-adding (VA: the customer would pay for it), necessary (NNVA, or business value-adding:
the business or the law needs it) or waste (NVA: neither). Activities follow one another, so that the total
duration is the sum of theirs; a process with parallel, alternative or repeated branches needs flow analysis.
"""

from dataclasses import asdict, dataclass

import pandas as pd

from casestudy.methods._validation import in_range, refuse

__all__ = ["ACTIVITY_KINDS", "FlowSummary", "compare_flows", "summarise_flow"]

ACTIVITY_KINDS = ("value-adding", "necessary", "waste")


@dataclass(frozen=True)
class FlowSummary:
    """Totals of a sequential process, as `summarise_flow` returns them.

    Durations are in working days; `value_added_share` is a fraction of the total duration,
    `automated_share` a fraction of the number of activities.
    """

    total_duration: float
    activity_count: int
    value_adding_duration: float
    necessary_duration: float
    waste_duration: float
    value_added_share: float
    automated_count: int
    automated_share: float


def summarise_flow(activities):
    """Total duration of a sequential process, and what part of it adds value [VA / (VA + NNVA + NVA)].

    Parameters
    ----------
    activities : DataFrame
        One row for each activity, in any order, with the columns `activity` (name), `duration_working_days`
        (working days, waiting included, 0 or more), `kind` ("value-adding", "necessary" or "waste") and
        `automated` (True or False). Other columns are not looked at; a wait is an activity of kind "waste".

    Returns
    -------
    FlowSummary
        Durations in working days, numbers of activities, and the two shares as fractions. The value-added
        share weighs activities by duration; the automated share counts each activity once.

    Raises
    ------
    ValueError
        If a column is missing, a name is empty, a duration is negative or not finite, a kind or an automated
        flag is something else (names the column, the value and the index), there is no activity, or the
        durations sum to 0.

    Source: Dumas et al. (2018), Fundamentals of Business Process Management, 2nd ed., on value-added analysis and
    flow analysis (the cycle time of a sequence is the sum); George (2002), Lean Six Sigma, for the share of
    value-added time (process cycle efficiency).

    >>> import pandas as pd
    >>> flow = pd.DataFrame(
    ...     {
    ...         "activity": ["forecast", "approve", "wait for an answer"],
    ...         "duration_working_days": [3, 1, 4],
    ...         "kind": ["value-adding", "necessary", "waste"],
    ...         "automated": [True, False, False],
    ...     }
    ... )
    >>> summary = summarise_flow(flow)
    >>> summary.total_duration, summary.value_added_share, summary.automated_count
    (8.0, 0.375, 1)
    """
    _check_activities(activities)
    duration = activities["duration_working_days"].astype(float)
    total_duration = float(duration.sum())
    in_range("positive", total_duration=total_duration)
    value_adding, necessary, waste = (float(duration[activities["kind"] == kind].sum()) for kind in ACTIVITY_KINDS)
    automated_count = int(activities["automated"].sum())
    return FlowSummary(
        total_duration=total_duration,
        activity_count=len(activities),
        value_adding_duration=value_adding,
        necessary_duration=necessary,
        waste_duration=waste,
        value_added_share=value_adding / total_duration,
        automated_count=automated_count,
        automated_share=automated_count / len(activities),
    )


def compare_flows(before, after):
    """Each total of a sequential process before and after its redesign, and the change.

    Parameters
    ----------
    before : DataFrame
        Activities before the redesign, as for `summarise_flow`.
    after : DataFrame
        Activities after it, likewise; the two need not have the same activities.

    Returns
    -------
    DataFrame
        One row for each field of `FlowSummary`, in its unit: `before`, `after`, `change` (after - before, in
        the same unit: for the two shares a fraction, so 0.10 is 10 percentage points) and
        `percentage_change` (100 change / before, per cent; NaN where `before` is 0, for there is none).

    Raises
    ------
    ValueError
        As `summarise_flow`.

    Source: Dumas et al. (2018), Fundamentals of Business Process Management, 2nd ed.

    >>> import pandas as pd
    >>> columns = ["activity", "duration_working_days", "kind", "automated"]
    >>> plan, wait = ("plan", 5, "value-adding", False), ("wait", 3, "waste", False)
    >>> before, after = pd.DataFrame([plan, wait], columns=columns), pd.DataFrame([plan], columns=columns)
    >>> compare_flows(before, after).loc["total_duration"].to_dict()
    {'before': 8.0, 'after': 5.0, 'change': -3.0, 'percentage_change': -37.5}
    """
    table = pd.DataFrame(
        {"before": asdict(summarise_flow(before)), "after": asdict(summarise_flow(after))}, dtype=float
    )
    change = table["after"] - table["before"]
    percentage_change = 100 * change / table["before"].where(table["before"] != 0)
    return table.assign(change=change, percentage_change=percentage_change).rename_axis("measure")


def _check_activities(activities):
    columns = ["activity", "duration_working_days", "kind", "automated"]
    if not isinstance(activities, pd.DataFrame) or activities.empty:
        raise ValueError(f"activities is {activities!r}: give a DataFrame with one row for each activity")
    missing = [column for column in columns if column not in activities]
    if missing:
        raise ValueError(f"activities has no column {missing[0]}: give the columns {', '.join(columns)}")
    in_range("non-negative", duration_working_days=activities["duration_working_days"])
    names, kinds, flags = activities["activity"], activities["kind"], activities["automated"]
    refuse("activity", names, names.isna() | (names.astype(str).str.strip() == ""), "give the activity a name")
    refuse("kind", kinds, ~kinds.isin(ACTIVITY_KINDS), f"give one of {', '.join(ACTIVITY_KINDS)}")
    refuse("automated", flags, [not pd.api.types.is_bool(flag) for flag in flags], "give True or False")
