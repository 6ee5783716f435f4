"""The continuous review policy: balances that close, the sawtooth of constant demand, and a second program."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casestudy.methods.simulation import continuous_review_trace

invariant = settings(deadline=None, derandomize=True, max_examples=50)
POLICY = {"reorder_point": 30, "order_quantity": 40, "lead_time": 2, "initial_stock": 50}

# Whole and half units are exact in binary floating point: balances close without a tolerance.
units = st.integers(0, 200).map(lambda halves: halves / 2)
cases = st.fixed_dictionaries(
    {
        "demand": st.lists(units, min_size=1, max_size=30),
        "reorder_point": units,
        "order_quantity": st.integers(1, 200).map(lambda halves: halves / 2),
        "lead_time": st.integers(0, 8),
        "initial_stock": units,
    }
)


def second_program(demand, reorder_point, order_quantity, lead_time, initial_stock):
    """The policy from a list of all orders: every stock is a sum over it, nothing is carried forward."""
    orders = []  # (period, quantity)
    rows = []
    for period, units in enumerate(demand):
        arrived = [quantity for placed, quantity in orders if placed + lead_time + 1 <= period]
        today = [quantity for placed, quantity in orders if placed + lead_time + 1 == period]
        gone = sum(demand[: period + 1])
        position = initial_stock + sum(quantity for _, quantity in orders) - gone
        lots = 0 if position > reorder_point else int((reorder_point - position) // order_quantity) + 1
        orders.append((period, lots * order_quantity))
        net_stock = initial_stock + sum(arrived) - gone
        rows.append([sum(today), units, net_stock, lots * order_quantity, position + lots * order_quantity])
    return rows


@invariant
@given(cases)
def test_trace_is_that_of_a_second_program(case):
    assert continuous_review_trace(**case).to_numpy().tolist() == second_program(**case)


@invariant
@given(cases)
def test_stock_balance_closes_in_every_period(case):
    trace = continuous_review_trace(**case)
    before = trace["net_stock"].shift(1, fill_value=case["initial_stock"])
    assert trace["net_stock"].equals(before + trace["received"] - trace["demand"])


@invariant
@given(cases)
def test_inventory_position_is_net_stock_and_what_is_on_order(case):
    trace = continuous_review_trace(**case)
    on_order = trace["ordered"].cumsum() - trace["received"].cumsum()
    assert on_order.min() >= 0
    assert trace["inventory_position"].equals(trace["net_stock"] + on_order)


@invariant
@given(cases)
def test_orders_are_placed_exactly_where_the_position_is_at_or_below_the_reorder_point_and_lift_it_above(case):
    trace = continuous_review_trace(**case)
    before_ordering = trace["inventory_position"] - trace["ordered"]
    assert (trace["ordered"] > 0).equals(before_ordering <= case["reorder_point"])
    assert (trace["inventory_position"] > case["reorder_point"]).all()
    assert (trace["ordered"] % case["order_quantity"] == 0).all()
    # No lot too many: one fewer would have left the position at or below the reorder point.
    ordering = trace[trace["ordered"] > 0]
    assert (ordering["inventory_position"] - case["order_quantity"] <= case["reorder_point"]).all()


@invariant
@given(cases)
def test_each_order_is_received_once_after_the_lead_time(case):
    trace = continuous_review_trace(**case)
    lag = case["lead_time"] + 1
    assert trace["received"].equals(trace["ordered"].shift(lag, fill_value=0.0))


@invariant
@given(cases, st.integers(0, 29), units)
def test_past_does_not_change_when_the_future_does(case, changed, other):
    demand = case["demand"]
    changed %= len(demand)
    other_future = case | {"demand": [*demand[:changed], other]}
    pd.testing.assert_frame_equal(
        continuous_review_trace(**case).iloc[:changed], continuous_review_trace(**other_future).iloc[:changed]
    )


@pytest.mark.parametrize(("lots_of_demand", "lead_time", "safety_stock"), [(5, 1, 0), (5, 3, 7), (4, 4, 10), (3, 8, 2)])
def test_constant_demand_gives_the_sawtooth(lots_of_demand, lead_time, safety_stock):
    """Ordered at s = d·L + SS, a lot meets a stock of SS: L demands fall between order and receipt.

    It lifts stock to its maximum, Q + SS; the demand of the same period leaves Q + SS - d at the period's end.
    """
    rate = 6
    lot = lots_of_demand * rate
    trace = continuous_review_trace(
        [rate] * 60,
        reorder_point=rate * lead_time + safety_stock,
        order_quantity=lot,
        lead_time=lead_time,
        initial_stock=rate * lead_time + safety_stock + lot,
    )
    just_before_demand = trace["net_stock"] + trace["demand"]
    settled = trace.iloc[lots_of_demand + lead_time :]
    just_received = just_before_demand[settled.index][settled["received"] > 0]
    assert set(just_received) == {just_before_demand[settled.index].max()} == {lot + safety_stock}
    assert settled["net_stock"].max() == lot + safety_stock - rate
    assert settled["net_stock"].min() == safety_stock
    assert np.diff(np.flatnonzero(trace["ordered"])).tolist() == [lots_of_demand] * (trace["ordered"].gt(0).sum() - 1)
    # Over whole cycles the end-of-period stock averages SS + (Q - d)/2, that of lots_of_demand equal steps.
    cycle = settled["net_stock"].iloc[: 3 * lots_of_demand]
    assert cycle.mean() == safety_stock + (lot - rate) / 2


def test_one_large_demand_is_met_by_as_many_lots_as_it_takes():
    trace = continuous_review_trace([95, 0], reorder_point=10, order_quantity=20, lead_time=0, initial_stock=30)
    assert trace["ordered"].tolist() == [80, 0]  # position -65: four lots lift it to 15, three only to -5
    assert trace["net_stock"].tolist() == [-65, 15]
    assert trace["inventory_position"].tolist() == [15, 15]


def test_position_exactly_at_the_reorder_point_orders():
    trace = continuous_review_trace([1, 1], reorder_point=8, order_quantity=5, lead_time=1, initial_stock=10)
    assert trace["ordered"].tolist() == [0, 5]


def test_lead_time_of_zero_arrives_at_the_start_of_the_next_period():
    trace = continuous_review_trace([4, 4], reorder_point=6, order_quantity=5, lead_time=0, initial_stock=10)
    assert trace["ordered"].tolist() == [5, 0]
    assert trace["received"].tolist() == [0, 5]


def test_index_is_kept_the_input_is_not_changed_and_a_list_gives_the_same():
    demand = pd.Series([10, 20, 30], index=pd.period_range("2021-01", periods=3, freq="M", name="month"))
    kept = demand.copy()
    trace = continuous_review_trace(demand, **POLICY)
    pd.testing.assert_series_equal(demand, kept)
    pd.testing.assert_index_equal(trace.index, demand.index)
    assert trace.columns.tolist() == ["received", "demand", "net_stock", "ordered", "inventory_position"]
    np.testing.assert_array_equal(trace, continuous_review_trace([10, 20, 30], **POLICY))


@pytest.mark.parametrize("integer", [np.int64(2), np.uint8(2)])
def test_lead_time_of_any_integer_type_is_the_same(integer):
    demand = [10] * 300
    pd.testing.assert_frame_equal(
        continuous_review_trace(demand, **(POLICY | {"lead_time": integer})), continuous_review_trace(demand, **POLICY)
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"demand": pd.Series([3, -2], index=["Jan", "Feb"])}, "demand is -2 at index Feb: give a number 0 or more"),
        ({"demand": [3, float("nan")]}, "demand is nan at index 1: give a finite number"),
        ({"demand": []}, "demand has 0 values: give at least 1"),
        ({"demand": [3, True]}, r"demand is \[3, True\]: give a number, or an array or Series of numbers"),
        ({"demand": 3}, "demand has 0 dimensions: give a Series or a list of numbers"),
        ({"reorder_point": -1}, "reorder_point is -1: give a number 0 or more"),
        ({"reorder_point": [30, 40]}, r"reorder_point is \[30, 40\]: give one number"),
        ({"order_quantity": 0}, "order_quantity is 0: give a number greater than 0"),
        ({"order_quantity": float("inf")}, "order_quantity is inf: give a finite number"),
        ({"lead_time": -1}, "lead_time is -1: give a whole number of 0 or more"),
        ({"lead_time": 1.5}, "lead_time is 1.5: give a whole number of 0 or more"),
        ({"lead_time": True}, "lead_time is True: give a whole number of 0 or more"),
        ({"initial_stock": -5}, "initial_stock is -5: give a number 0 or more"),
        ({"initial_stock": "50"}, "initial_stock is '50': give a number, or an array or Series of numbers"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_index(wrong, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        continuous_review_trace(**({"demand": [10, 20]} | POLICY | wrong))
