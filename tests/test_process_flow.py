"""Value-added analysis, held to Rother & Shook's current-state map, the paper's totals and pandas."""

from dataclasses import FrozenInstanceError, asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casestudy.methods.process_flow import ACTIVITY_KINDS, compare_flows, summarise_flow

invariant = settings(deadline=None, derandomize=True, max_examples=50)
COLUMNS = ["activity", "duration_working_days", "kind", "automated"]


def flow(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


flows = (
    st.lists(
        st.tuples(
            st.sampled_from(["count stock", "forecast", "approve"]),
            st.floats(0, 30),
            st.sampled_from(ACTIVITY_KINDS),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
    .filter(lambda rows: sum(row[1] for row in rows) > 0.01)
    .map(lambda rows: flow(*rows))
)


def acme_stamping():
    """Rother & Shook, Learning to See (1999), current state: waits in days, work in seconds."""
    seconds_per_day = 2 * 460 * 60  # two shifts of 8 hours, less two breaks of 10 minutes each
    waits = [5, 7.6, 1.8, 2.7, 2, 4.5]
    work = [("stamping", 1), ("weld 1", 39), ("weld 2", 46), ("assembly 1", 62), ("assembly 2", 40)]
    return flow(
        *[(f"inventory {place}", days, "waste", False) for place, days in enumerate(waits)],
        *[(name, seconds / seconds_per_day, "value-adding", name == "stamping") for name, seconds in work],
    )


def test_rother_shook_acme_stamping_lead_time_and_processing_time():
    summary = summarise_flow(acme_stamping())
    assert round(summary.total_duration, 1) == 23.6
    assert summary.waste_duration == pytest.approx(23.6, rel=1e-12)
    assert summary.value_adding_duration * 2 * 460 * 60 == pytest.approx(188, rel=1e-12)
    assert summary.necessary_duration == 0
    assert summary.value_added_share == pytest.approx(188 / (188 + 23.6 * 55_200), rel=1e-12)


def test_ccopa_torbisco_2025_planning_from_8_to_5_days_with_3_of_7_activities_automated():
    # Section 4.3.2 prints only these totals; how the days fall on the seven activities is illustrative.
    before = flow(*[(f"step {step}", 8 / 7, "necessary", False) for step in range(7)])
    after = flow(*[(f"step {step}", 5 / 7, "necessary", step < 3) for step in range(7)])
    table = compare_flows(before, after)
    assert table.loc["total_duration", ["before", "after", "change"]].tolist() == pytest.approx([8, 5, -3], rel=1e-12)
    assert table.loc["total_duration", "percentage_change"] == pytest.approx(-37.5, rel=1e-12)
    assert table.loc["automated_count", "after"] == 3
    assert table.loc["automated_share", "after"] == pytest.approx(3 / 7, rel=1e-15)


def test_automated_share_counts_activities_and_value_added_share_weighs_days():
    summary = summarise_flow(flow(("plan", 9, "value-adding", False), ("send", 1, "waste", True)))
    assert summary.value_added_share == 0.9
    assert summary.automated_share == 0.5


@invariant
@given(flows)
def test_totals_equal_a_pandas_pivot_table(activities):
    summary = summarise_flow(activities)
    by_kind = activities.pivot_table(values="duration_working_days", index="kind", aggfunc="sum")
    by_kind = by_kind["duration_working_days"].reindex(ACTIVITY_KINDS, fill_value=0.0)
    parts = [summary.value_adding_duration, summary.necessary_duration, summary.waste_duration]
    np.testing.assert_allclose(parts, by_kind, rtol=1e-12, atol=1e-12)
    assert sum(parts) == pytest.approx(summary.total_duration, rel=1e-12)
    assert summary.activity_count == len(activities)
    assert summary.automated_count == activities["automated"].tolist().count(True)
    assert summary.value_added_share == pytest.approx(by_kind["value-adding"] / by_kind.sum(), abs=1e-12)


@invariant
@given(flows, st.randoms(use_true_random=False))
def test_order_of_a_sequence_does_not_matter(activities, random):
    order = list(activities.index)
    random.shuffle(order)
    assert asdict(summarise_flow(activities.loc[order])) == pytest.approx(asdict(summarise_flow(activities)))


@invariant
@given(flows, st.floats(0.1, 10))
def test_longer_days_scale_durations_and_leave_shares(activities, factor):
    scaled = activities.assign(duration_working_days=activities["duration_working_days"] * factor)
    one, other = summarise_flow(activities), summarise_flow(scaled)
    assert other.total_duration == pytest.approx(factor * one.total_duration, rel=1e-12)
    assert other.value_added_share == pytest.approx(one.value_added_share, rel=1e-12)
    assert other.automated_share == one.automated_share


@invariant
@given(flows)
def test_removing_waste_takes_its_days_and_never_lowers_the_value_added_share(activities):
    lean = activities[activities["kind"] != "waste"]
    assume(lean["duration_working_days"].sum() > 0)
    table = compare_flows(activities, lean)
    assert table.loc["total_duration", "change"] == pytest.approx(-table.loc["waste_duration", "before"], abs=1e-9)
    assert table.loc["waste_duration", "after"] == 0
    assert table.loc["value_added_share", "change"] >= -1e-12


@invariant
@given(flows, flows)
def test_comparison_closes_from_before_to_after(before, after):
    table = compare_flows(before, after)
    assert table.index.tolist() == list(asdict(summarise_flow(before)))
    np.testing.assert_allclose(table["before"] + table["change"], table["after"], rtol=0, atol=1e-9)
    defined = table["before"] != 0
    assert table["percentage_change"].notna().equals(defined)
    relative = table.loc[defined, "after"] / table.loc[defined, "before"] - 1
    np.testing.assert_allclose(table.loc[defined, "percentage_change"], 100 * relative, rtol=1e-9, atol=1e-9)


def test_percentage_change_from_nothing_is_left_undefined():
    before, after = flow(("plan", 2, "waste", False)), flow(("plan", 2, "waste", True))
    row = compare_flows(before, after).loc["automated_count"]
    assert row[["before", "after", "change"]].tolist() == [0, 1, 1]
    assert np.isnan(row["percentage_change"])


def test_input_is_not_changed_and_summary_is_frozen():
    activities = flow(("plan", 2, "value-adding", False)).assign(note="other columns are not looked at")
    kept = activities.copy()
    summary = summarise_flow(activities)
    compare_flows(activities, activities)
    pd.testing.assert_frame_equal(activities, kept)
    with pytest.raises(FrozenInstanceError):
        summary.total_duration = 1.0


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("duration_working_days", [1, -2], "duration_working_days is -2 at index 1: give a number 0 or more"),
        ("duration_working_days", [1, np.nan], "duration_working_days is nan at index 1"),
        ("duration_working_days", ["1", "2"], "duration_working_days is"),
        ("duration_working_days", [0, 0], "total_duration is 0.0: give a number greater than 0"),
        ("kind", ["waste", "VA"], "kind is 'VA' at index 1: give one of value-adding, necessary, waste"),
        ("kind", ["waste", None], "kind is .* at index 1"),
        ("automated", [True, None], "automated is None at index 1: give True or False"),
        ("automated", ["no", "yes"], "automated is 'no' at index 0"),
        ("automated", [0, 1], "automated is .*0.* at index 0"),
        ("activity", ["plan", " "], "activity is ' ' at index 1: give the activity a name"),
        ("activity", ["plan", None], "activity is .* at index 1"),
    ],
)
def test_activities_that_cannot_be_judged_are_refused(column, values, message):
    activities = flow(("plan", 1, "waste", True), ("send", 2, "necessary", False)).assign(**{column: values})
    with pytest.raises(ValueError, match=message):
        summarise_flow(activities)
    with pytest.raises(ValueError, match=message):
        compare_flows(flow(("plan", 1, "waste", True)), activities)


@pytest.mark.parametrize("column", COLUMNS)
def test_missing_column_is_named(column):
    with pytest.raises(ValueError, match=f"activities has no column {column}: give the columns"):
        summarise_flow(flow(("plan", 1, "waste", True)).drop(columns=column))


@pytest.mark.parametrize("nothing", [flow(), [], None])
def test_flow_without_activities_is_refused(nothing):
    with pytest.raises(ValueError, match="give a DataFrame with one row for each activity"):
        summarise_flow(nothing)
