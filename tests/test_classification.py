"""ABC, XYZ, their matrix and the prioritization of projects, held to printed tables, closed forms and numpy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from casestudy.methods.classification import (
    abc_classes,
    abc_xyz_classes,
    abc_xyz_matrix,
    coefficient_of_variation,
    pareto_table,
    prioritization_matrix,
    xyz_classes,
)

invariant = settings(deadline=None, derandomize=True, max_examples=50)
whole_values = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)
distinct_values = st.lists(st.integers(1, 10_000), min_size=1, max_size=30, unique=True)

# Heizer & Render, Operations Management, Ch. 12, the table of Silicon Chips, Inc., columns 3 to 7:
# annual volume, unit cost, percentage of annual dollar volume, class. Here in another order than printed.
SILICON_CHIPS = pd.DataFrame(
    [
        ("#01307", 1200, 0.42, 0.2, "C"),
        ("#10867", 350, 42.86, 6.4, "B"),
        ("#10286", 1000, 90.00, 38.8, "A"),
        ("#14075", 2000, 0.60, 0.5, "C"),
        ("#12760", 1550, 17.00, 11.3, "B"),
        ("#10572", 250, 0.60, 0.1, "C"),
        ("#11526", 500, 154.00, 33.2, "A"),
        ("#12572", 600, 14.17, 3.7, "C"),
        ("#01036", 100, 8.50, 0.4, "C"),
        ("#10500", 1000, 12.50, 5.4, "B"),
    ],
    columns=["item", "annual_volume_units", "unit_cost_usd", "printed_percentage", "printed_class"],
).set_index("item")
SILICON_CHIPS_VALUE = SILICON_CHIPS["annual_volume_units"] * SILICON_CHIPS["unit_cost_usd"]

# Heizer & Render, study guide to Ch. 12, Practice Problem 1: printed percentages and classes.
PRACTICE_PROBLEM = pd.DataFrame(
    [
        ("J24", 12_500, 46.2, "A"),
        ("R26", 9_000, 33.3, "A"),
        ("L02", 3_200, 11.8, "B"),
        ("M12", 1_550, 5.8, "B"),
        ("P33", 620, 2.3, "C"),
        ("T72", 65, 0.2, "C"),
        ("S67", 53, 0.2, "C"),
        ("Q47", 32, 0.1, "C"),
        ("V20", 30, 0.1, "C"),
    ],
    columns=["item", "annual_value_usd", "printed_percentage", "printed_class"],
).set_index("item")


def test_heizer_render_silicon_chips_shares_and_total():
    table = pareto_table(SILICON_CHIPS_VALUE)
    assert round(table["value"].sum()) == 232_057
    # Two items are printed one unit lower in the last place, so that the printed column sums to 100.0.
    adjusted = pd.Series({"#12760": 0.1, "#10867": 0.1}).reindex(table.index, fill_value=0)
    printed = SILICON_CHIPS["printed_percentage"]
    assert printed.sum() == pytest.approx(100.0)
    np.testing.assert_allclose((100 * table["share"]).round(1), printed.loc[table.index] + adjusted, rtol=1e-12)
    assert round(100 * table["cumulative_share"].iloc[1]) == 72
    assert table.index[:5].tolist() == ["#10286", "#11526", "#12760", "#10867", "#10500"]


def test_heizer_render_silicon_chips_classes_need_a_boundary_of_96_percent():
    printed = SILICON_CHIPS["printed_class"]
    assert abc_classes(SILICON_CHIPS_VALUE, boundaries=(0.80, 0.96)).to_dict() == printed.to_dict()
    # #10500 ends at 95.17 %: the book's "B: 72 % to 95 %" is not the exact boundary 0.95.
    differs = abc_classes(SILICON_CHIPS_VALUE, boundaries=(0.80, 0.95)) != printed
    assert differs[differs].index.tolist() == ["#10500"]


def test_heizer_render_practice_problem_shares_and_classes():
    values, printed = PRACTICE_PROBLEM["annual_value_usd"], PRACTICE_PROBLEM["printed_class"]
    # Printed percentages sum to 100.0, so M12's 5.73 was printed as 5.8: one unit in the last place.
    assert np.allclose(100 * pareto_table(values)["share"], PRACTICE_PROBLEM["printed_percentage"], atol=0.1, rtol=0)
    classes = abc_classes(values, boundaries=(0.80, 0.98))
    assert classes.to_dict() == printed.to_dict()
    by_class = (100 * values.groupby(classes).sum() / values.sum()).round(1)
    assert by_class["A"] == 79.5
    assert by_class["B"] == 17.6


def test_dominant_first_item_is_a_and_may_leave_b_empty():
    assert abc_classes(pd.Series({"clip": 1, "book": 99})).to_dict() == {"clip": "C", "book": "A"}
    assert abc_classes([7]).tolist() == ["A"]
    assert abc_classes([85, 10, 5]).tolist() == ["A", "B", "C"]


def test_item_exactly_on_a_boundary_is_in_the_better_class():
    assert abc_classes([70, 10, 10, 5, 5]).tolist() == ["A", "A", "B", "B", "C"]
    # 1.1 + 0.5 + 0.3 of 2.0 is 0.95, but 0.9500000000000001 in floating point.
    assert abc_classes([1.1, 0.5, 0.3, 0.1]).tolist() == ["A", "A", "B", "C"]
    assert abc_classes([1.1, 0.5, 0.3, 0.1], tolerance=0).tolist() == ["A", "A", "C", "C"]


def test_tolerance_moves_a_class_when_asked_to():
    assert abc_classes([50, 30.4, 19.6]).tolist() == ["A", "B", "C"]
    assert abc_classes([50, 30.4, 19.6], tolerance=0.005).tolist() == ["A", "A", "C"]


def test_ties_keep_the_input_order():
    values = pd.Series({"d": 1, "b": 5, "a": 5, "c": 5})
    assert pareto_table(values).index.tolist() == ["b", "a", "c", "d"]
    assert pareto_table(values)["rank"].tolist() == [1, 2, 3, 4]
    assert abc_classes(values, boundaries=(0.4, 0.7)).to_dict() == {"d": "C", "b": "A", "a": "B", "c": "C"}


def test_item_without_value_is_kept_in_c():
    values = pd.Series({"dead": 0, "live": 60, "slow": 40})
    assert pareto_table(values).loc["dead", ["share", "cumulative_share", "rank"]].tolist() == [0, 1, 3]
    assert abc_classes(values)["dead"] == "C"


def brute_force_abc(values, boundaries):
    """Class by class in whole numbers: no cumulative sum, no sorting, no floating point."""
    classes = []
    for place, value in enumerate(values):
        ahead = [v for p, v in enumerate(values) if v > value or (v == value and p < place)]
        reached = 100 * (sum(ahead) + value)
        first, second = (boundary * sum(values) for boundary in boundaries)
        classes.append("A" if not ahead or reached <= first else "B" if reached <= second else "C")
    return classes


@invariant
@given(whole_values)
def test_classes_equal_brute_force_in_whole_numbers(values):
    assert abc_classes(values, boundaries=(0.80, 0.95)).tolist() == brute_force_abc(values, (80, 95))


@invariant
@given(whole_values)
def test_pareto_shares_sum_to_one_and_accumulate(values):
    table = pareto_table(values)
    assert table["share"].sum() == pytest.approx(1, abs=1e-12)
    assert table["cumulative_share"].iloc[-1] == 1
    assert table["cumulative_share"].is_monotonic_increasing
    assert table["value"].is_monotonic_decreasing
    np.testing.assert_allclose(table["cumulative_share"], np.cumsum(table["share"]), rtol=0, atol=1e-12)
    assert table["rank"].to_dict() == pd.Series(values).rank(method="first", ascending=False).to_dict()


@invariant
@given(distinct_values, st.randoms(use_true_random=False))
def test_permuting_distinct_values_permutes_the_classes(values, random):
    series = pd.Series(values)
    order = list(series.index)
    random.shuffle(order)
    pd.testing.assert_series_equal(abc_classes(series.loc[order]), abc_classes(series).loc[order])


@invariant
@given(whole_values, st.floats(1e-6, 1e6))
def test_scaling_the_values_leaves_the_classes(values, scale):
    series = pd.Series(values, dtype=float)
    pd.testing.assert_series_equal(abc_classes(series * scale), abc_classes(series))


@invariant
@given(whole_values)
def test_better_class_never_holds_a_less_valuable_item(values):
    in_rank_order = abc_classes(values).loc[pareto_table(values).index]
    assert in_rank_order.is_monotonic_increasing
    assert in_rank_order.iloc[0] == "A"


def test_index_is_kept_and_input_is_not_changed():
    values = pd.Series([5, 80, 15], index=["clip", "book", "pen"], name="sales")
    kept = values.copy()
    assert abc_classes(values).index.equals(values.index)
    pareto_table(values)
    pd.testing.assert_series_equal(values, kept)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pd.Series({"pen": 3, "clip": -2}), "values is -2 at index clip: give a number 0 or more"),
        (pd.Series({"pen": 3, "clip": np.nan}), "values is nan at index clip"),
        (pd.Series({"pen": 3, "clip": np.inf}), "values is inf at index clip"),
        (pd.Series({"pen": 0, "clip": 0}), "values are all 0: give at least one"),
        (pd.Series([3, 2], index=["pen", "pen"]), "values has index pen more than once"),
        ([], "values has 0 values"),
        (["3", "2"], "values is"),
        ([True, False], "values is"),
        (7, "values has 0 dimensions"),
    ],
)
def test_values_that_cannot_be_ranked_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        pareto_table(values)
    with pytest.raises(ValueError, match=message):
        abc_classes(values)


@pytest.mark.parametrize(
    ("conventions", "message"),
    [
        ({"boundaries": (0.95, 0.80)}, r"boundaries is \(0.95, 0.8\): give two rising numbers"),
        ({"boundaries": (0.80, 0.80)}, "give two rising numbers"),
        ({"boundaries": (0.80,)}, "give two rising numbers"),
        ({"boundaries": 0.80}, "boundaries is 0.8: give two rising numbers"),
        ({"boundaries": (0.80, 0.95, 1.0)}, "give two rising numbers"),
        ({"boundaries": (80, 95)}, "boundaries is 80 at index 0: give a number between 0 and 1"),
        ({"boundaries": ("80 %", "95 %")}, "boundaries is"),
        ({"tolerance": -0.1}, "tolerance is -0.1: give a number 0 or more"),
        ({"tolerance": np.nan}, "tolerance is nan"),
    ],
)
def test_abc_conventions_out_of_range_are_refused(conventions, message):
    with pytest.raises(ValueError, match=message):
        abc_classes([3, 2, 1], **conventions)


def periods(*rows):
    return pd.DataFrame(rows, index=[f"item {number}" for number in range(len(rows))], dtype=float)


@pytest.mark.parametrize("number_of_periods", [2, 4, 12, 52])
def test_coefficient_of_variation_of_one_sale_in_n_periods_is_the_root_of_n(number_of_periods):
    # x, 0, ..., 0: mean x/n; s^2 = x^2/n with n - 1, x^2 (n - 1)/n^2 with n; so CV = sqrt(n) or sqrt(n - 1).
    demand = periods([7] + [0] * (number_of_periods - 1))
    assert coefficient_of_variation(demand, ddof=1).iloc[0] == pytest.approx(number_of_periods**0.5, rel=1e-12)
    assert coefficient_of_variation(demand, ddof=0).iloc[0] == pytest.approx((number_of_periods - 1) ** 0.5, rel=1e-12)


def test_ddof_moves_a_class_at_a_boundary():
    # Demand 1, 3: population CV = 1/2, on the boundary; sample CV = 1/sqrt(2), beyond it.
    demand = periods([1, 3], [0, 8], [5, 5])
    assert xyz_classes(demand, ddof=0).tolist() == ["X", "Y", "X"]
    assert xyz_classes(demand, ddof=1).tolist() == ["Y", "Z", "X"]


def test_boundaries_move_a_class():
    demand = periods([9, 11], [80, 120])  # population CV 0.10 and 0.20
    assert xyz_classes(demand, boundaries=(0.10, 0.25), ddof=0).tolist() == ["X", "Y"]
    assert xyz_classes(demand, boundaries=(0.05, 0.15), ddof=0).tolist() == ["Y", "Z"]


demand_tables = st.integers(2, 8).flatmap(
    lambda length: st.lists(
        st.lists(st.integers(0, 1000), min_size=length, max_size=length).filter(any), min_size=1, max_size=6
    )
)


@invariant
@given(demand_tables, st.sampled_from([0, 1]))
def test_coefficient_of_variation_equals_numpy(rows, ddof):
    expected = np.std(rows, axis=1, ddof=ddof) / np.mean(rows, axis=1)
    np.testing.assert_allclose(coefficient_of_variation(periods(*rows), ddof), expected, rtol=1e-9, atol=1e-12)


@invariant
@given(demand_tables, st.sampled_from([0.25, 8.0]))
def test_scaling_demand_leaves_the_xyz_classes(rows, unit):
    # A change of unit by a power of two is exact in floating point, so no boundary can be crossed.
    pd.testing.assert_series_equal(xyz_classes(periods(*rows) * unit), xyz_classes(periods(*rows)))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (-1, r"demand is -1 at index \('item 1', 2\): give a number 0 or more"),
        (np.nan, r"demand is nan at index \('item 1', 2\): give a finite number"),
        (np.inf, r"demand is inf at index \('item 1', 2\)"),
    ],
)
def test_demand_that_is_not_a_quantity_is_refused(cell, message):
    with pytest.raises(ValueError, match=message):
        xyz_classes(periods([4, 5, 6], [4, 5, cell]))


def test_demand_without_variation_to_measure_is_refused():
    with pytest.raises(ValueError, match="demand is 0 in every period at index item 1: leave that item out"):
        xyz_classes(periods([4, 5], [0, 0]))
    with pytest.raises(ValueError, match="a column for each of two or more periods"):
        xyz_classes(periods([4]))
    with pytest.raises(ValueError, match="a row for each item"):
        xyz_classes(pd.DataFrame(columns=["january", "february"]))
    with pytest.raises(ValueError, match=r"demand is .*: give a DataFrame"):
        xyz_classes([4, 5])
    with pytest.raises(ValueError, match="demand is"):
        xyz_classes(pd.DataFrame({"january": ["4"], "february": ["5"]}))
    with pytest.raises(ValueError, match="demand has index pen more than once"):
        xyz_classes(pd.DataFrame({"january": [4, 1], "february": [5, 1]}, index=["pen", "pen"]))


@pytest.mark.parametrize(
    ("conventions", "message"),
    [
        ({"ddof": 2}, "ddof is 2: give 1 .sample. or 0 .population."),
        ({"ddof": True}, "ddof is True"),
        ({"boundaries": (1.0, 0.5)}, r"boundaries is \(1.0, 0.5\): give two rising numbers"),
        ({"boundaries": (-0.5, 1.0)}, "boundaries is -0.5 at index 0: give a number 0 or more"),
        ({"tolerance": -1}, "tolerance is -1"),
    ],
)
def test_xyz_conventions_out_of_range_are_refused(conventions, message):
    with pytest.raises(ValueError, match=message):
        xyz_classes(periods([4, 5]), **conventions)


letters = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ")), min_size=1, max_size=40)


@invariant
@given(letters, st.randoms(use_true_random=False))
def test_matrix_counts_every_item_once_whatever_the_order(pairs, random):
    abc, xyz = (pd.Series(column) for column in zip(*pairs, strict=True))
    order = list(xyz.index)
    random.shuffle(order)
    matrix = abc_xyz_matrix(abc, xyz.loc[order])
    expected = [[pairs.count((row, column)) for column in "XYZ"] for row in "ABC"]
    assert matrix.to_numpy().tolist() == expected
    assert matrix.index.tolist() == list("ABC")
    assert matrix.columns.tolist() == list("XYZ")
    assert abc_xyz_classes(abc, xyz.loc[order]).tolist() == [row + column for row, column in pairs]


@invariant
@given(demand_tables)
def test_matrix_takes_what_the_classifications_return(rows):
    demand = periods(*rows)
    assume(len(demand) > 1)
    matrix = abc_xyz_matrix(abc_classes(demand.sum(axis=1)), xyz_classes(demand))
    assert matrix.to_numpy().sum() == len(demand)
    assert matrix.loc["A"].sum() >= 1


@pytest.mark.parametrize(
    ("abc", "xyz", "message"),
    [
        ({"pen": "D"}, {"pen": "X"}, "abc is 'D' at index pen: give one of A, B, C"),
        ({"pen": "A"}, {"pen": "x"}, "xyz is 'x' at index pen: give one of X, Y, Z"),
        ({"pen": "A"}, {"pen": None}, "xyz is .* at index pen"),
        ({"pen": "A", "book": "B"}, {"pen": "X"}, "abc and xyz differ at index book: give both classes"),
    ],
)
def test_classes_that_do_not_belong_together_are_refused(abc, xyz, message):
    with pytest.raises(ValueError, match=message):
        abc_xyz_matrix(pd.Series(abc), pd.Series(xyz))


def test_classes_without_items_are_refused():
    with pytest.raises(ValueError, match=r"abc is .*: give a Series of classes"):
        abc_xyz_matrix(["A"], pd.Series(["X"]))
    with pytest.raises(ValueError, match=r"xyz is .*: give a Series of classes"):
        abc_xyz_matrix(pd.Series(["A"]), pd.Series([], dtype=str))
    with pytest.raises(ValueError, match="abc has index pen more than once"):
        abc_xyz_matrix(pd.Series(["A", "B"], index=["pen", "pen"]), pd.Series({"pen": "X"}))


# Garcia-Esquettini (2015), Table 1: scores as printed; Impact, Practicality and Total as printed.
QUITO_CRITERIA = {
    "impact": ["return over investment", "client satisfaction", "alignment with strategy"],
    "practicality": ["time", "methodology", "other efforts in course", "resources availability", "previous projects"],
}
QUITO_SCORES = pd.DataFrame(
    [(3, 3, 3, 3, 4, 5, 1, 0, 5), (5, 4, 5, 5, 3, 1, 4, 0, 4), (5, 5, 5, 5, 5, 4, 4, 0, 5)],
    index=["lead time", "demand estimation", "inventory mismatch"],
    columns=[*QUITO_CRITERIA["impact"], *QUITO_CRITERIA["practicality"], "measure benefits"],
)
QUITO_PRINTED = pd.DataFrame(
    {"impact": [3.0, 4.5, 5.0], "practicality": [2.6, 2.9, 3.8], "total": [38, 52, 94]}, index=QUITO_SCORES.index
)


def quito_matrix(impact_weights, practicality_weights):
    return prioritization_matrix(
        QUITO_SCORES,
        dict(zip(QUITO_CRITERIA["impact"], impact_weights, strict=True)),
        dict(zip(QUITO_CRITERIA["practicality"], practicality_weights, strict=True)),
        multipliers=["measure benefits"],
    )


def test_quito_table_1_follows_from_unrounded_weighted_means():
    # 1:2:1 and 4:4:2:3:3 were found by search; by hand, the practicalities are 41/16, 46/16 and 60/16.
    matrix = quito_matrix([1, 2, 1], [4, 4, 2, 3, 3])
    assert matrix["practicality"].tolist() == [41 / 16, 46 / 16, 60 / 16]
    assert matrix["total"].tolist() == [3 * 41 / 16 * 5, 4.5 * 46 / 16 * 4, 5 * 60 / 16 * 5]
    assert matrix["impact"].round(1).tolist() == QUITO_PRINTED["impact"].tolist()
    assert matrix["practicality"].round(1).tolist() == QUITO_PRINTED["practicality"].tolist()
    assert matrix["total"].round().tolist() == QUITO_PRINTED["total"].tolist()
    assert matrix["rank"].tolist() == [3, 2, 1]
    # Multiplying the printed, rounded columns gives 39 and 95 instead of 38 and 94.
    printed_product = QUITO_PRINTED["impact"] * QUITO_PRINTED["practicality"] * QUITO_SCORES["measure benefits"]
    assert printed_product.round().tolist() == [39, 52, 95]


def test_quito_table_1_cannot_come_from_equal_weights():
    matrix = quito_matrix([1, 1, 1], [1, 1, 1, 1, 1])
    assert matrix.loc["demand estimation", "impact"].round(1) == 4.7
    assert QUITO_PRINTED.loc["demand estimation", "impact"] == 4.5


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("criterion", range(5))
def test_quito_table_1_leaves_the_weights_open(criterion, sign):
    # The extreme weights that linear programming allows: ten different weightings, one printed table.
    scores = QUITO_SCORES[QUITO_CRITERIA["practicality"]].to_numpy(dtype=float)
    factor = QUITO_PRINTED["impact"] * QUITO_SCORES["measure benefits"]
    low = np.maximum(QUITO_PRINTED["practicality"] - 0.05, (QUITO_PRINTED["total"] - 0.5) / factor) + 1e-6
    high = np.minimum(QUITO_PRINTED["practicality"] + 0.05, (QUITO_PRINTED["total"] + 0.5) / factor) - 1e-6
    objective = sign * np.eye(5)[criterion]
    bounds = {"A_ub": np.vstack([scores, -scores]), "b_ub": np.r_[high, -low], "A_eq": np.ones((1, 5)), "b_eq": [1]}
    extreme = linprog(objective, **bounds, bounds=(0, 1))
    assert extreme.success
    matrix = quito_matrix([1, 2, 1], extreme.x.clip(0))
    assert matrix["practicality"].round(1).tolist() == QUITO_PRINTED["practicality"].tolist()
    assert matrix["total"].round().tolist() == QUITO_PRINTED["total"].tolist()


def test_pyzdek_worksheet_2_is_the_weighted_score():
    # Weights as printed, they sum to 1.00; a project scores from 0 to 9. Weighted scores of the third by hand:
    # 2.07 + 0.57 + 1.44 + 0.36 + 0.09 + 0.27 + 0.63 + 0.27 + 0.02 = 5.72.
    criteria = ["sponsorship", "benefits", "resources", "scope", "deliverable", "time", "team", "charter", "approach"]
    weights = dict(zip(criteria, [0.23, 0.19, 0.16, 0.12, 0.09, 0.09, 0.07, 0.03, 0.02], strict=True))
    projects = [[0] * 9, [9] * 9, [9, 3, 9, 3, 1, 3, 9, 9, 1]]
    matrix = prioritization_matrix(pd.DataFrame(projects, columns=criteria), weights)
    np.testing.assert_allclose(matrix["total"], [0, 9, 5.72], rtol=1e-12)
    assert matrix["rank"].tolist() == [3, 1, 2]
    assert matrix.columns.tolist() == ["impact", "total", "rank"]


score_tables = st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=1, max_size=8)
some_weights = st.lists(st.integers(0, 9), min_size=2, max_size=2).filter(any)


@invariant
@given(score_tables, some_weights, some_weights, st.sampled_from([0.01, 3, 100]))
def test_prioritization_equals_numpy_average_whatever_the_unit_of_the_weights(rows, impact, practicality, unit):
    scores = pd.DataFrame(rows, columns=list("abcdef"))
    matrix = prioritization_matrix(
        scores,
        pd.Series(impact, index=["a", "b"]) * unit,
        pd.Series(practicality, index=["d", "c"]),
        multipliers=("e", "f"),
    )
    expected_impact = np.average(scores[["a", "b"]], axis=1, weights=impact)
    expected_practicality = np.average(scores[["d", "c"]], axis=1, weights=practicality)
    np.testing.assert_allclose(matrix["impact"], expected_impact, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(matrix["practicality"], expected_practicality, rtol=1e-12, atol=1e-12)
    expected_total = expected_impact * expected_practicality * scores["e"] * scores["f"]
    np.testing.assert_allclose(matrix["total"], expected_total, rtol=1e-12, atol=1e-9)
    in_order = matrix.sort_values("rank")["total"]
    assert (in_order.diff().dropna() <= 1e-9).all()


def test_projects_with_equal_totals_share_the_better_rank():
    # 0.1 + 0.2 is 0.30000000000000004 in floating point, and still ties with 0.3.
    scores = pd.DataFrame({"a": [3, 1, 9, 0], "b": [0, 1, 9, 0]}, index=["x", "y", "z", "w"])
    weights = {"a": 0.1, "b": 0.2}
    assert prioritization_matrix(scores, weights)["rank"].to_dict() == {"x": 2, "y": 2, "z": 1, "w": 4}
    assert prioritization_matrix(scores, weights, tolerance=100)["rank"].tolist() == [1, 1, 1, 1]


def test_scores_keep_their_index_and_are_not_changed():
    kept = QUITO_SCORES.copy()
    assert quito_matrix([1, 2, 1], [4, 4, 2, 3, 3]).index.equals(QUITO_SCORES.index)
    pd.testing.assert_frame_equal(QUITO_SCORES, kept)


SCORES = pd.DataFrame({"a": [3, 1], "b": [2, 4]}, index=["x", "y"])


@pytest.mark.parametrize(
    ("scores", "weights", "options", "message"),
    [
        (SCORES.replace(4, -4), {"a": 1, "b": 1}, {}, r"scores is -4 at index \('y', 'b'\): give a number 0 or more"),
        (SCORES.replace(4, np.nan), {"a": 1, "b": 1}, {}, r"scores is nan at index \('y', 'b'\): give a finite"),
        (SCORES.astype(str), {"a": 1, "b": 1}, {}, "scores is"),
        (SCORES > 2, {"a": 1, "b": 1}, {}, "scores is"),
        (SCORES.iloc[:0], {"a": 1, "b": 1}, {}, "(?s)scores is .*: give a DataFrame with a row for each project"),
        ([[3, 2]], {"a": 1, "b": 1}, {}, "scores is .*: give a DataFrame"),
        (SCORES.set_axis(["x", "x"]), {"a": 1, "b": 1}, {}, "scores has index x more than once"),
        (SCORES.set_axis(["a", "a"], axis=1), {"a": 1}, {}, "criteria has index a more than once"),
        (SCORES, {"a": 1, "b": -1}, {}, "impact_weights is -1 at index b: give a number 0 or more"),
        (SCORES, {"a": 0, "b": 0}, {}, "impact_weights are all 0: give at least one criterion"),
        (SCORES, {"a": True, "b": False}, {}, "impact_weights is"),
        (SCORES, {}, {}, "impact_weights has 0 values"),
        (SCORES, {"a": 1}, {"practicality_weights": {"b": 0}}, "practicality_weights are all 0"),
        (SCORES, {"a": 1}, {}, "scores and weights differ at criterion b: give each column of scores a weight"),
        (SCORES, {"a": 1, "b": 1, "c": 1}, {}, "scores and weights differ at criterion c"),
        (SCORES, {"a": 1, "b": 1}, {"multipliers": ["b"]}, "the criteria in use has index b more than once"),
        (SCORES, {"a": 1, "b": 1}, {"tolerance": -1}, "tolerance is -1: give a number 0 or more"),
    ],
)
def test_projects_that_cannot_be_weighed_are_refused(scores, weights, options, message):
    with pytest.raises(ValueError, match=message):
        prioritization_matrix(scores, weights, **options)
