"""The Analytic Hierarchy Process against published examples, theorems, other programs and plain power iteration.

Leader: Wikipedia, "Analytic hierarchy process - leader example": the choice of a company's next leader.
Flores, Olson & Dorai (1992), Management of multicriteria inventory classification, Mathematical and Computer
Modelling 16(12), 71-82: average unit cost, annual usage, criticality and lead time.
House: Saaty (2003), Decision-making with the AHP: Why is the principal eigenvector necessary, European Journal of
Operational Research 145(1), 85-91: eight criteria of a house, too inconsistent until one judgement is changed.
"""

import itertools
import math
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casestudy.methods.ahp import (
    RANDOM_INDICES,
    SAATY_SCALE,
    combine_judgements,
    consistency,
    fitting_judgements,
    judgement_matrix,
    judgement_sensitivity,
    overall_scores,
    path_to_consistency,
    priorities,
)

check = settings(deadline=None, derandomize=True, max_examples=50)
check_slow = settings(check, max_examples=20)
both_methods = pytest.mark.parametrize("method", ["eigenvector", "geometric mean"])

EIGEN = 1e-9  # relative, of an eigenvector: 1e-16 times a condition number far below 1e7 on Saaty's scale
FEW_OPERATIONS = 1e-12

LEADER = judgement_matrix(["experience", "education", "charisma", "age"], [4, 3, 7, 1 / 3, 3, 5])
CANDIDATES = {
    "experience": [1 / 4, 4, 9],
    "education": [3, 1 / 5, 1 / 7],
    "charisma": [5, 9, 4],
    "age": [1 / 3, 5, 9],
}
CANDIDATE_PRIORITIES = pd.DataFrame(
    {name: priorities(judgement_matrix(["Tom", "Dick", "Harry"], upper)) for name, upper in CANDIDATES.items()}
)
FLORES = [[1, 1, 1 / 8, 1 / 4], [1, 1, 1 / 3, 1 / 6], [8, 3, 1, 1], [4, 6, 1, 1]]
HOUSE = judgement_matrix(
    ["size", "transport", "neighbourhood", "age", "yard", "modern", "condition", "finance"],
    [
        *(5, 3, 7, 6, 6, 1 / 3, 1 / 4),
        *(1 / 3, 5, 3, 3, 1 / 5, 1 / 7),
        *(6, 3, 4, 6, 1 / 5),
        *(1 / 3, 1 / 4, 1 / 7, 1 / 8),
        *(1 / 2, 1 / 5, 1 / 6),
        *(1 / 5, 1 / 6),
        1 / 2,
    ],
)
SIX = [2, 4, 3, 1 / 2, 5, 3, 2, 1 / 3, 4, 1 / 2, 1 / 5, 2, 1 / 4, 3, 6]

weight_lists = st.lists(st.floats(0.05, 1), min_size=2, max_size=8)


@st.composite
def judgements(draw, minimum=3, maximum=6):
    size = draw(st.integers(minimum, maximum))
    number = size * (size - 1) // 2
    upper = draw(st.lists(st.sampled_from(SAATY_SCALE), min_size=number, max_size=number))
    return judgement_matrix([f"item {place}" for place in range(size)], upper)


@st.composite
def holes(draw, size):
    """Pairs without a judgement; those left hold a tree, so that they connect all items."""
    tree = {(draw(st.integers(0, item - 1)), item) for item in range(1, size)}
    others = [pair for pair in itertools.combinations(range(size), 2) if pair not in tree]
    return draw(st.lists(st.sampled_from(others), unique=True)) if others else []


def with_holes(matrix, pairs):
    open_matrix = matrix.copy()
    for row, column in pairs:
        open_matrix.iloc[row, column] = open_matrix.iloc[column, row] = math.nan
    return open_matrix


def ratios(weights):
    """The consistent matrix of these weights."""
    return pd.DataFrame([[one / other for other in weights] for one in weights])


def power_iteration(rows):
    """Principal eigenvalue and eigenvector in plain Python."""
    vector = [1 / len(rows)] * len(rows)
    for _ in range(2000):
        product = [sum(cell * weight for cell, weight in zip(row, vector, strict=True)) for row in rows]
        eigenvalue = sum(product)
        vector, before = [part / eigenvalue for part in product], vector
        if max(abs(new - old) for new, old in zip(vector, before, strict=True)) < 1e-16:
            break
    return eigenvalue, vector


def changed(matrix, row, column, value):
    matrix = matrix.copy()
    matrix.loc[row, column], matrix.loc[column, row] = value, 1 / value
    return matrix


# --- Published examples -----------------------------------------------------------------------------------


def test_leader_example_criteria():
    assert priorities(LEADER).round(4).to_dict() == {
        "experience": 0.5476,
        "education": 0.1266,
        "charisma": 0.2699,
        "age": 0.0559,
    }
    result = consistency(LEADER)
    assert round(result.principal_eigenvalue, 4) == 4.1184
    assert result.random_index == 0.90
    assert round(result.consistency_ratio, 4) == 0.0439


def test_leader_example_synthesis():
    scores = overall_scores(priorities(LEADER), CANDIDATE_PRIORITIES)
    assert scores.round(3).to_dict() == {"Tom": 0.358, "Dick": 0.493, "Harry": 0.149}


def test_flores_1992_inventory_criteria():
    assert priorities(FLORES).round(4).tolist() == [0.0787, 0.0916, 0.4197, 0.4100]
    assert round(consistency(FLORES).consistency_ratio, 4) == 0.0490


def test_saaty_2003_house():
    assert priorities(HOUSE).round(3).tolist() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    result = consistency(HOUSE)
    assert round(result.principal_eigenvalue, 3) == 9.669
    assert round(result.consistency_ratio, 3) == 0.169


def test_saaty_2003_house_is_mended_by_one_half_for_neighbourhood_over_condition():
    (step,) = path_to_consistency(HOUSE).to_dict("records")
    assert (step["row"], step["column"], step["judgement"]) == ("neighbourhood", "condition", 6)
    assert step["scale_judgement"] == 1 / 2
    mended = priorities(changed(HOUSE, "neighbourhood", "condition", 1 / 2))
    assert mended.round(3).tolist() == [0.175, 0.062, 0.103, 0.019, 0.034, 0.041, 0.221, 0.345]


# --- Other programs ---------------------------------------------------------------------------------------


def test_pyanp_0_3_1_and_ahpy_2_1_priorities_of_six_criteria():
    matrix = judgement_matrix("abcdef", SIX)
    pyanp = [0.25040175, 0.15958026, 0.0640774, 0.10063029, 0.38249747, 0.04281282]
    ahpy = [0.250402, 0.15958, 0.064077, 0.10063, 0.382497, 0.042813]
    assert priorities(matrix).tolist() == pytest.approx(pyanp, abs=5.1e-9)
    assert priorities(matrix).tolist() == pytest.approx(ahpy, abs=5.1e-7)
    assert consistency(matrix).principal_eigenvalue == pytest.approx(6.122463628004887, rel=EIGEN)


def test_ahpy_2_1_consistency_ratio_with_its_random_index():
    """It divides by 1.25 for six items, Saaty's later table."""
    ratio = consistency(judgement_matrix("abcdef", SIX), random_index=1.25).consistency_ratio
    assert round(ratio, 6) == 0.019594


def test_pyanp_0_3_1_harker_priorities_of_six_criteria_with_two_holes():
    upper = list(SIX)
    upper[6] = upper[11] = None
    pyanp = [0.25205098, 0.15082611, 0.05958868, 0.10690851, 0.38468523, 0.04594049]
    incomplete = priorities(judgement_matrix("abcdef", upper), incomplete=True)
    assert incomplete.tolist() == pytest.approx(pyanp, abs=5.1e-9)


@check
@given(judgements())
def test_eigenvector_is_that_of_power_iteration(matrix):
    eigenvalue, vector = power_iteration(matrix.to_numpy().tolist())
    assert priorities(matrix).tolist() == pytest.approx(vector, rel=EIGEN)
    assert consistency(matrix).principal_eigenvalue == pytest.approx(eigenvalue, rel=EIGEN)


# --- Theorems ---------------------------------------------------------------------------------------------


@both_methods
@check
@given(weights=weight_lists)
def test_consistent_matrix_gives_its_weights_and_a_ratio_of_zero(method, weights):
    expected = [weight / sum(weights) for weight in weights]
    assert priorities(ratios(weights), method).tolist() == pytest.approx(expected, rel=EIGEN)
    assert consistency(ratios(weights)).consistency_ratio == 0


@check
@given(judgements(maximum=3))
def test_three_items_eigenvector_is_the_geometric_mean_and_the_eigenvalue_has_a_closed_form(matrix):
    means = [math.prod(row) ** (1 / 3) for row in matrix.to_numpy().tolist()]
    expected = [mean / sum(means) for mean in means]
    assert priorities(matrix).tolist() == pytest.approx(expected, rel=EIGEN)
    assert priorities(matrix, "geometric mean").tolist() == pytest.approx(expected, rel=FEW_OPERATIONS)
    triad = (matrix.iloc[0, 2] / (matrix.iloc[0, 1] * matrix.iloc[1, 2])) ** (1 / 3)
    # The square root of the rounding, since the eigenvalue is flat in the judgements near consistency.
    assert consistency(matrix).principal_eigenvalue == pytest.approx(1 + triad + 1 / triad, rel=1e-11)


@check
@given(judgements())
def test_geometric_mean_of_the_rows_and_its_reciprocal_for_the_transposed_matrix(matrix):
    means = [math.prod(row) ** (1 / len(matrix)) for row in matrix.to_numpy().tolist()]
    found = priorities(matrix, "geometric mean")
    assert found.tolist() == pytest.approx([mean / sum(means) for mean in means], rel=FEW_OPERATIONS)
    inverse = 1 / found
    transposed = priorities(matrix.T, "geometric mean")
    assert transposed.tolist() == pytest.approx((inverse / inverse.sum()).tolist(), rel=FEW_OPERATIONS)


@check
@given(judgements())
def test_principal_eigenvalue_is_at_least_n_and_that_of_the_transposed_matrix(matrix):
    eigenvalue = consistency(matrix).principal_eigenvalue
    assert eigenvalue >= len(matrix)
    assert consistency(matrix.T).principal_eigenvalue == pytest.approx(eigenvalue, rel=EIGEN)


@both_methods
@check
@given(matrix=judgements(), seed=st.integers(0, 1000))
def test_priorities_follow_the_items_when_they_are_shuffled(method, matrix, seed):
    order = list(matrix.index)
    random.Random(seed).shuffle(order)
    shuffled = priorities(matrix.loc[order, order], method)
    assert shuffled.index.tolist() == order
    assert shuffled[matrix.index].tolist() == pytest.approx(priorities(matrix, method).tolist(), rel=EIGEN)
    assert shuffled.sum() == pytest.approx(1, rel=FEW_OPERATIONS)


# --- Random indices ---------------------------------------------------------------------------------------


def test_alonso_and_lamata_index_of_three_items_is_the_mean_over_all_4913_matrices():
    triads = [(c / (a * b)) ** (1 / 3) for a, b, c in itertools.product(SAATY_SCALE, repeat=3)]
    mean = sum((triad + 1 / triad - 2) / 2 for triad in triads) / len(triads)
    assert RANDOM_INDICES["Alonso and Lamata 2006"][2] == round(mean, 4)


@pytest.mark.parametrize("size", range(4, 16))
def test_alonso_and_lamata_index_is_the_mean_of_random_matrices(size):
    generator = np.random.default_rng(size)
    rows, columns = np.triu_indices(size, 1)
    upper = generator.choice(SAATY_SCALE, (1000, len(rows)))
    matrices = np.ones((1000, size, size))
    matrices[:, rows, columns], matrices[:, columns, rows] = upper, 1 / upper
    indices = (np.linalg.eigvals(matrices).real.max(axis=1) - size) / (size - 1)
    standard_error = indices.std() / math.sqrt(1000)
    assert RANDOM_INDICES["Alonso and Lamata 2006"][size - 1] == pytest.approx(indices.mean(), abs=4 * standard_error)


def test_saaty_1980_table_as_it_is_reprinted():
    assert RANDOM_INDICES["Saaty 1980"] == (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


def test_ratio_is_the_index_over_the_random_index_by_name_or_by_number():
    own = consistency(LEADER, random_index=0.5)
    assert own.random_index == 0.5
    assert own.consistency_index == pytest.approx((own.principal_eigenvalue - 4) / 3, rel=FEW_OPERATIONS)
    assert own.consistency_ratio == pytest.approx(own.consistency_index / 0.5, rel=FEW_OPERATIONS)
    assert consistency(LEADER, "Alonso and Lamata 2006").random_index == 0.8815


@pytest.mark.parametrize("random_index", ["Saaty 1980", "Alonso and Lamata 2006", 0.5])
def test_two_items_are_always_consistent(random_index):
    result = consistency([[1, 7], [1 / 7, 1]], random_index)
    assert (result.principal_eigenvalue, result.consistency_index, result.consistency_ratio) == (2, 0, 0)


def test_a_table_ends_and_the_longer_one_is_offered():
    eleven = ratios(range(1, 12))
    with pytest.raises(ValueError, match=r"'Saaty 1980' ends at 10 items and the matrix has 11: give 'Alonso and Lam"):
        consistency(eleven)
    assert consistency(eleven, "Alonso and Lamata 2006").random_index == 1.5141
    with pytest.raises(ValueError, match=r"ends at 15 items and the matrix has 16: give a number greater than 0"):
        consistency(ratios(range(1, 17)), "Alonso and Lamata 2006")


# --- Incomplete matrices ----------------------------------------------------------------------------------


@both_methods
@check
@given(data=st.data(), weights=weight_lists)
def test_consistent_matrix_with_holes_gives_its_weights(method, data, weights):
    matrix = with_holes(ratios(weights), data.draw(holes(len(weights))))
    expected = [weight / sum(weights) for weight in weights]
    assert priorities(matrix, method, incomplete=True).tolist() == pytest.approx(expected, rel=EIGEN)


@check
@given(st.data(), judgements())
def test_harker_eigenvector_is_that_of_the_matrix_with_its_own_ratios_in_the_holes(data, matrix):
    pairs = data.draw(holes(len(matrix)))
    found = priorities(with_holes(matrix, pairs), incomplete=True)
    filled = matrix.to_numpy().tolist()
    for row, column in pairs:
        filled[row][column] = found.iloc[row] / found.iloc[column]
        filled[column][row] = found.iloc[column] / found.iloc[row]
    assert found.tolist() == pytest.approx(power_iteration(filled)[1], rel=EIGEN)


@check
@given(st.data(), judgements())
def test_geometric_mean_with_holes_is_a_direct_logarithmic_least_squares_fit(data, matrix):
    pairs = set(data.draw(holes(len(matrix))))
    size = len(matrix)
    known = [pair for pair in itertools.combinations(range(size), 2) if pair not in pairs]
    design = [[(item == row) - (item == column) for item in range(size)] for row, column in known]
    logarithms = [math.log(matrix.iloc[row, column]) for row, column in known]
    weights = np.exp(np.linalg.lstsq(np.array(design), np.array(logarithms))[0])
    found = priorities(with_holes(matrix, pairs), "geometric mean", incomplete=True)
    assert found.tolist() == pytest.approx((weights / weights.sum()).tolist(), rel=EIGEN)


def test_judgements_that_do_not_connect_the_items_are_refused_with_the_names():
    matrix = judgement_matrix("abcd", [None, 3, None, None, 5, None])
    with pytest.raises(ValueError, match=r"no chain of judgements from a, c to b, d: compare"):
        priorities(matrix, incomplete=True)


@pytest.mark.parametrize(
    "function",
    [
        priorities,
        consistency,
        fitting_judgements,
        path_to_consistency,
        lambda matrix: combine_judgements([matrix]),
        lambda matrix: judgement_sensitivity(matrix, "a", "b"),
    ],
)
def test_a_missing_judgement_is_refused_unless_asked_for(function):
    matrix = judgement_matrix("abc", [2, None, 3])
    with pytest.raises(ValueError, match=r"is nan at index \('a', 'c'\): give the judgement"):
        function(matrix)


# --- Groups -----------------------------------------------------------------------------------------------


@st.composite
def groups(draw):
    size = draw(st.integers(2, 5))
    members = draw(st.lists(judgements(size, size), min_size=1, max_size=4))
    weights = draw(st.lists(st.floats(0.1, 5), min_size=len(members), max_size=len(members)))
    return members, weights


@check_slow
@given(groups())
def test_group_matrix_is_reciprocal_and_its_geometric_mean_priorities_combine_those_of_the_members(group):
    """Aczél & Saaty: reciprocity; Crawford & Williams' priorities commute with the geometric mean of judgements."""
    members, weights = group
    combined = combine_judgements(members, weights)
    assert (combined * combined.T).to_numpy() == pytest.approx(np.ones(combined.shape), rel=FEW_OPERATIONS)
    products = [1.0] * len(combined)
    for member, weight in zip(members, weights, strict=True):
        own = priorities(member, "geometric mean")
        products = [
            product * part ** (weight / sum(weights)) for product, part in zip(products, own.tolist(), strict=True)
        ]
    expected = [product / sum(products) for product in products]
    assert priorities(combined, "geometric mean").tolist() == pytest.approx(expected, rel=EIGEN)


def test_unanimous_group_judges_as_each_member_and_a_weight_of_two_counts_as_two_members():
    assert combine_judgements([HOUSE] * 3).to_numpy() == pytest.approx(HOUSE.to_numpy(), rel=FEW_OPERATIONS)
    other = HOUSE.T
    twice = combine_judgements([HOUSE, other], weights=[2, 1])
    assert twice.to_numpy() == pytest.approx(combine_judgements([HOUSE, HOUSE, other]).to_numpy(), rel=FEW_OPERATIONS)
    pd.testing.assert_frame_equal(combine_judgements([HOUSE, other], weights=[0, 3]), other, rtol=FEW_OPERATIONS)


@pytest.mark.parametrize(
    ("matrices", "weights", "message"),
    [
        ([], None, "matrices is empty: give at least one"),
        ([LEADER, LEADER.iloc[::-1, ::-1]], None, r"matrices\[1\] has the items age, charisma, .* in matrices\[0\]"),
        ([LEADER, LEADER.replace(7, 6)], None, r"matrices\[1\] is 6 at index \('experience', 'age'\)"),
        ([LEADER, LEADER], [1], "weights has 1 values: give 2"),
        ([LEADER, LEADER], [0, 0], "weights are all 0"),
        ([LEADER, LEADER], [1, -1], "weights is -1 at index 1"),
    ],
)
def test_groups_that_cannot_be_combined(matrices, weights, message):
    with pytest.raises(ValueError, match=message):
        combine_judgements(matrices, weights)


# --- Scores -----------------------------------------------------------------------------------------------


def test_criteria_are_matched_by_name_and_only_proportions_of_weights_matter():
    weights = priorities(LEADER)
    scores = overall_scores(weights, CANDIDATE_PRIORITIES)
    for candidate in scores.index:
        by_hand = sum(weights[name] * CANDIDATE_PRIORITIES.loc[candidate, name] for name in weights.index)
        assert scores[candidate] == pytest.approx(by_hand, rel=FEW_OPERATIONS)
    shuffled = overall_scores((7 * weights[::-1]).to_dict(), CANDIDATE_PRIORITIES)
    pd.testing.assert_series_equal(shuffled, scores, rtol=FEW_OPERATIONS)


@pytest.mark.parametrize(
    ("weights", "ratings", "message"),
    [
        ({"value": 1, "cycle": 1}, pd.DataFrame({"value": [1.0], "cost": [0]}), "do not both have cost, cycle: give"),
        ({"value": 1}, pd.DataFrame({"value": [0.5, 1.5]}, index=["pen", "book"]), r"1.5 at index \('book', 'value'\)"),
        ({"value": 1}, pd.DataFrame({"value": [0.5, math.nan]}), r"ratings is nan at index \(1, 'value'\)"),
        ({"value": 1}, pd.DataFrame({"value": [0.5, 0.5]}, index=["pen", "pen"]), "ratings has pen more than once"),
        ({"value": 1}, pd.DataFrame([[0.5, 0.5]], columns=["value"] * 2), "ratings has value more than once"),
        (pd.Series([1, 1], ["value"] * 2), pd.DataFrame({"value": [1.0]}), "weights has value more than once"),
        ({"value": 0}, pd.DataFrame({"value": [0.5]}), "weights are all 0"),
        ({"value": -1}, pd.DataFrame({"value": [0.5]}), "weights is -1 at index value"),
        ({"value": 1}, [[0.5]], "ratings is .*: give a DataFrame"),
    ],
)
def test_scores_that_cannot_be_computed(weights, ratings, message):
    with pytest.raises(ValueError, match=message):
        overall_scores(weights, ratings)


# --- Sensitivity ------------------------------------------------------------------------------------------


@both_methods
def test_each_row_is_the_answer_to_the_matrix_with_that_judgement(method):
    result = judgement_sensitivity(LEADER, "charisma", "experience", CANDIDATE_PRIORITIES, method=method)
    assert result.scores.index.tolist() == sorted(SAATY_SCALE)
    for value in SAATY_SCALE:
        matrix = changed(LEADER, "charisma", "experience", value)
        scores = overall_scores(priorities(matrix, method), CANDIDATE_PRIORITIES)
        assert result.scores.loc[value].tolist() == pytest.approx(scores.tolist(), rel=EIGEN)
        assert result.ranks.loc[value].tolist() == scores.rank(ascending=False).tolist()
        ratio = consistency(matrix).consistency_ratio
        assert result.consistency_ratio[value] == pytest.approx(ratio, abs=EIGEN)


@check_slow
@given(judgements())
def test_judgement_and_its_reciprocal_tell_one_story(matrix):
    row, column = matrix.index[0], matrix.index[-1]
    values = [1 / 9, 1 / 2, 1, 2, 9]
    one = judgement_sensitivity(matrix, row, column, values=values)
    other = judgement_sensitivity(matrix, column, row, values=values)
    assert one.scores.to_numpy() == pytest.approx(other.scores.to_numpy()[::-1], rel=EIGEN)
    assert (one.ranks.to_numpy() == other.ranks.to_numpy()[::-1]).all()


@check_slow
@given(judgements())
def test_geometric_mean_reversals_are_at_their_closed_form(matrix):
    """Row mean t^(1/n)·r against a fixed mean f ties at t = (f/r)^n, and against the other end at (c/r)^(n/2)."""
    size = len(matrix)
    row, column = matrix.index[0], matrix.index[1]
    means = {item: math.prod(changed(matrix, row, column, 1.0).loc[item]) ** (1 / size) for item in matrix.index}
    expected = {(row, column): (means[column] / means[row]) ** (size / 2)}
    for item in matrix.index[2:]:
        expected[row, item] = (means[item] / means[row]) ** size
        expected[item, column] = (means[column] / means[item]) ** size
    # A tie at the very ends of the scale is no reversal; whether it counts as inside is up to rounding.
    assume(all(abs(abs(math.log(value)) - math.log(9)) > 1e-6 for value in expected.values()))
    found = judgement_sensitivity(matrix, row, column, method="geometric mean").reversals
    within = {pair: value for pair, value in expected.items() if 1 / 9 < value < 9}
    found_pairs = {(one, other): value for value, one, other in found.iloc[:, :3].itertuples(index=False)}
    assert found_pairs == pytest.approx(within, rel=EIGEN)
    assert found["judgement"].is_monotonic_increasing


@check_slow
@given(judgements(4, 6), st.lists(st.lists(st.integers(0, 10), min_size=6, max_size=6), min_size=2, max_size=6))
def test_order_is_what_the_reversals_say_on_either_side_of_each(matrix, tenths):
    ratings = pd.DataFrame(tenths).iloc[:, : len(matrix)] / 10
    ratings.columns = matrix.index
    row, column = matrix.index[:2]
    result = judgement_sensitivity(matrix, row, column, ratings)
    for value, overtaking, overtaken, first in result.reversals.itertuples(index=False):
        scores = overall_scores(priorities(changed(matrix, row, column, value)), ratings)
        assert scores[overtaking] == pytest.approx(scores[overtaken], abs=1e-9)
        assert first == (scores.max() < scores[overtaking] + 1e-9)
        below, above = result.scores[result.scores.index < value], result.scores[result.scores.index > value]
        lead_below, lead_above = (part[overtaking] - part[overtaken] for part in (below, above))
        assert lead_below[lead_below.abs() > 1e-9].iloc[-1] < 0 < lead_above[lead_above.abs() > 1e-9].iloc[0]
    leads = result.scores.to_numpy()[:, :, np.newaxis] - result.scores.to_numpy()[:, np.newaxis, :]
    swaps = 0
    for one, other in itertools.combinations(range(len(ratings)), 2):
        apart = [lead > 0 for lead in leads[:, one, other] if abs(lead) > 1e-12]
        swaps += sum(before != after for before, after in itertools.pairwise(apart))
    assert len(result.reversals) == swaps


def test_columns_of_the_ratings_are_matched_by_name_while_a_judgement_varies():
    shuffled = CANDIDATE_PRIORITIES[["age", "charisma", "experience", "education"]]
    by_name = judgement_sensitivity(LEADER, "age", "charisma", shuffled).scores
    in_order = judgement_sensitivity(LEADER, "age", "charisma", CANDIDATE_PRIORITIES).scores
    pd.testing.assert_frame_equal(by_name, in_order, rtol=FEW_OPERATIONS)


def test_leader_example_first_place_changes_once_and_is_found_between_the_two_values():
    result = judgement_sensitivity(LEADER, "experience", "charisma", CANDIDATE_PRIORITIES)
    (change,) = result.reversals.to_dict("records")
    assert (change["overtaking"], change["overtaken"], change["for_first_place"]) == ("Dick", "Tom", True)
    just_below, just_above = (
        overall_scores(
            priorities(changed(LEADER, "experience", "charisma", change["judgement"] * factor)), CANDIDATE_PRIORITIES
        )
        for factor in (1 - 1e-6, 1 + 1e-6)
    )
    assert just_below.idxmax() == "Tom"
    assert just_above.idxmax() == "Dick"


def test_equal_alternatives_share_the_better_rank_and_never_overtake_each_other():
    ratings = pd.DataFrame(
        [[0.2, 0.4, 0.6, 0.1], [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]],
        index=["middle", "twin", "other twin", "last"],
        columns=LEADER.index,
    )
    result = judgement_sensitivity(LEADER, "age", "charisma", ratings)
    assert (result.ranks == [3, 1, 1, 4]).all(axis=None)
    assert result.reversals.empty
    assert result.reversals.columns.tolist() == ["judgement", "overtaking", "overtaken", "for_first_place"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"row": "cost"}, "row is 'cost': give one of experience, education, charisma, age"),
        ({"column": "cost"}, "column is 'cost'"),
        ({"column": "experience"}, "row and column are both 'experience'"),
        ({"values": [1, 0]}, "values is 0 at index 1"),
        ({"values": [3, 3]}, "values is 3 alone: give at least 2 different values"),
        ({"method": "mean"}, "method is 'mean': give 'eigenvector' or 'geometric mean'"),
        ({"random_index": "Saaty"}, "random_index is 'Saaty': give 'Saaty 1980' or"),
        ({"ratings": CANDIDATE_PRIORITIES[["age"]]}, "do not both have experience, education, charisma"),
    ],
)
def test_sensitivity_that_cannot_be_computed(arguments, message):
    with pytest.raises(ValueError, match=message):
        judgement_sensitivity(**({"matrix": LEADER, "row": "experience", "column": "charisma"} | arguments))


# --- Towards consistency ----------------------------------------------------------------------------------


@check
@given(st.data(), st.lists(st.floats(0.05, 1), min_size=4, max_size=7), st.sampled_from([1 / 7, 1 / 3, 2, 5]))
def test_error_planted_in_a_consistent_matrix_is_found_first_with_its_true_value(data, weights, factor):
    matrix = ratios(weights)
    row, column = data.draw(st.sampled_from(list(itertools.combinations(range(len(weights)), 2))))
    first = fitting_judgements(changed(matrix, row, column, factor * matrix.loc[row, column])).iloc[0]
    assert (first["row"], first["column"]) == (row, column)
    assert first["fitting_judgement"] == pytest.approx(matrix.loc[row, column], rel=EIGEN)
    assert first["ratio_if_fitting"] == 0


@check_slow
@given(judgements(3, 4))
def test_fitting_judgement_does_not_depend_on_the_one_it_would_replace_and_the_ratios_are_those_after_it(matrix):
    table = fitting_judgements(matrix)
    pairs = list(zip(table["row"], table["column"], strict=True))
    assert sorted(pairs) == list(itertools.combinations(matrix.index, 2))
    assert (table["ratio_if_fitting"].diff().dropna() > -1e-11).all()
    for pair, line in zip(pairs, table.to_dict("records"), strict=True):
        assert line["judgement"] == matrix.loc[pair]
        without = priorities(with_holes(matrix, [matrix.index.get_indexer(pair)]), incomplete=True)
        assert line["fitting_judgement"] == pytest.approx(without[pair[0]] / without[pair[1]], rel=EIGEN)
        nearest = min(SAATY_SCALE, key=lambda value: abs(math.log(value / line["fitting_judgement"])))
        assert abs(math.log(line["scale_judgement"] / nearest)) < 1e-9 or math.isclose(
            line["scale_judgement"] * nearest, line["fitting_judgement"] ** 2, rel_tol=1e-9
        )
        after = consistency(changed(matrix, *pair, line["fitting_judgement"])).consistency_ratio
        on_scale = consistency(changed(matrix, *pair, line["scale_judgement"])).consistency_ratio
        assert line["ratio_if_fitting"] == pytest.approx(after, abs=EIGEN)
        assert line["ratio_on_scale"] == pytest.approx(on_scale, abs=EIGEN)


def test_three_items_each_judgement_can_be_set_to_the_product_along_the_other_two():
    table = fitting_judgements(judgement_matrix("abc", [2, 1 / 6, 4])).set_index(["row", "column"])
    assert table["fitting_judgement"].to_dict() == pytest.approx(
        {("a", "b"): 1 / 24, ("a", "c"): 8, ("b", "c"): 1 / 12}, rel=EIGEN
    )
    assert (table["ratio_if_fitting"] == 0).all()
    assert table["scale_judgement"].tolist() == [1 / 9, 8, 1 / 9]


def test_value_midway_between_two_of_the_scale_takes_the_smaller():
    table = fitting_judgements(judgement_matrix("abc", [2**0.25, 9, 2**0.25])).set_index(["row", "column"])
    assert table.loc[("a", "c"), "scale_judgement"] == 1


@check_slow
@given(judgements(3, 5), st.sampled_from([0.05, 0.1, 0.3]))
def test_path_lowers_the_ratio_step_by_step_to_the_threshold_when_it_is_followed(matrix, threshold):
    path = path_to_consistency(matrix, threshold)
    ratio = consistency(matrix).consistency_ratio
    for step in path.to_dict("records"):
        assert ratio > threshold
        pair = step["row"], step["column"]
        assert step["judgement"] == matrix.loc[pair]
        least = fitting_judgements(matrix)["ratio_on_scale"].min()
        assert step["ratio_on_scale"] == pytest.approx(least, abs=EIGEN)
        matrix = changed(matrix, *pair, step["scale_judgement"])
        assert consistency(matrix).consistency_ratio == pytest.approx(step["ratio_on_scale"], abs=EIGEN)
        assert step["ratio_on_scale"] < ratio
        ratio = step["ratio_on_scale"]
    assert ratio <= threshold


def test_path_ends_where_no_change_to_a_value_of_the_scale_lowers_the_ratio():
    """The triad 9/(2.6·3.9) is 0.89. With 2 for 2.6 or 3 for 3.9 it is 1.15; 9 is the nearest to 10.14 as it is."""
    matrix = judgement_matrix("abc", [2.6, 9, 3.9])
    assert consistency(matrix).consistency_ratio > 0
    assert path_to_consistency(matrix, threshold=0).empty


def test_a_consistent_matrix_needs_no_change():
    for matrix in (LEADER, ratios([1, 2]), ratios([1, 2, 4])):
        path = path_to_consistency(matrix)
        assert path.empty
        assert path.columns.tolist() == ["row", "column", "judgement", "scale_judgement", "ratio_on_scale"]


def test_one_judgement_alone_has_no_others_to_fit():
    with pytest.raises(ValueError, match="matrix has 2 items: give at least 3"):
        fitting_judgements([[1, 2], [0.5, 1]])


@pytest.mark.parametrize("threshold", [-0.1, math.nan, [0.1]])
def test_threshold_that_is_not_a_ratio(threshold):
    with pytest.raises(ValueError, match="threshold is"):
        path_to_consistency(HOUSE, threshold)


# --- Matrices ---------------------------------------------------------------------------------------------


def test_upper_triangle_is_read_row_by_row():
    matrix = judgement_matrix(["a", "b", "c", "d"], [2, 3, 4, 5, None, 7])
    given_cells = {("a", "b"): 2, ("a", "c"): 3, ("a", "d"): 4, ("b", "c"): 5, ("c", "d"): 7}
    for (row, column), value in given_cells.items():
        assert matrix.loc[row, column] == value
        assert matrix.loc[column, row] == 1 / value
    assert math.isnan(matrix.loc["b", "d"])
    assert math.isnan(matrix.loc["d", "b"])
    assert np.diag(matrix).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("items", "upper_triangle", "message"),
    [
        ("abc", [1, 2], "upper_triangle has 2 judgements: give 3 for 3 items"),
        ("abc", [1, 2, 3, 4], "upper_triangle has 4 judgements"),
        ("abc", [1, 0, 3], r"upper_triangle is 0 at index \('a', 'c'\): give a finite number greater than 0"),
        ("abc", [1, 2, -3], r"upper_triangle is -3 at index \('b', 'c'\)"),
        ("abc", [1, math.inf, 3], r"upper_triangle is inf at index \('a', 'c'\)"),
        ("abc", [1, "1/3", 3], r"upper_triangle is '1/3' at index \('a', 'c'\): give a number"),
        ("abc", [True, 2, 3], r"upper_triangle is .* at index \('a', 'b'\): give a number"),
        ("aba", [1, 2, 3], "items has a more than once"),
        ("a", [], "items has 1 items: give at least 2"),
    ],
)
def test_upper_triangle_that_is_refused(items, upper_triangle, message):
    with pytest.raises(ValueError, match=message):
        judgement_matrix(list(items), upper_triangle)


def labelled(rows):
    return pd.DataFrame(rows, index=["value", "cycle"], columns=["value", "cycle"])


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (
            labelled([[1, 3], [0.33, 1]]),
            r"3 at index \('value', 'cycle'\) and 0.33 at index \('cycle', 'value'\): give",
        ),
        (labelled([[1, 3], [0.3333, 1]]), "give reciprocals, such as 3 and 1/3"),
        (labelled([[1, 0.5], [0.5, 1]]), "give reciprocals"),
        (labelled([[1, 0], [2, 1]]), r"matrix is 0 at index \('value', 'cycle'\): give a finite number greater than 0"),
        (labelled([[1, 2], [-0.5, 1]]), r"matrix is -0.5 at index \('cycle', 'value'\)"),
        (labelled([[1, math.inf], [0.5, 1]]), r"matrix is inf at index \('value', 'cycle'\)"),
        (labelled([[1, math.nan], [0.5, 1]]), r"matrix is nan at index \('value', 'cycle'\): give the judgement"),
        (labelled([[1, "2"], [0.5, 1]]), r"matrix is '2' at index \('value', 'cycle'\): give a number"),
        (labelled([[True, 2], [0.5, 1]]), r"matrix is .* at index \('value', 'value'\): give a number"),
        (labelled([[1, 2], [0.5, 2]]), r"matrix is 2 at index \('cycle', 'cycle'\): give 1"),
        (labelled([[1, 2], [0.5, 1]]).iloc[:, :1], "2 rows and 1 columns, only one of them for cycle"),
        (labelled([[1, 2], [0.5, 1]]).iloc[:, ::-1], "row value where it has column cycle"),
        (pd.DataFrame(np.ones((2, 2)), index=["a", "a"], columns=["a", "a"]), "matrix has a more than once"),
        ([[1, 2, 3], [1 / 2, 1, 4]], "2 rows and 3 columns, only one of them for 2"),
        ([[1, 2], [0.5]], "give a DataFrame, or rows of numbers, all of one length"),
        ([1, 2], "give a DataFrame, or rows"),
        ([[1]], "matrix has 1 items: give at least 2"),
    ],
)
def test_matrix_that_is_refused(matrix, message):
    for function in (priorities, consistency):
        with pytest.raises(ValueError, match=message):
            function(matrix)


def test_missing_in_one_triangle_or_on_the_diagonal_is_refused_also_where_holes_are_allowed():
    with pytest.raises(ValueError, match=r"matrix is nan at index \('value', 'cycle'\): give its reciprocal cell"):
        priorities(labelled([[1, None], [0.5, 1]]), incomplete=True)
    with pytest.raises(ValueError, match=r"matrix is nan at index \('cycle', 'cycle'\): give 1"):
        priorities(labelled([[1, 2], [0.5, None]]), incomplete=True)


def test_reciprocals_with_six_decimals_pass():
    """As in a table saved with six decimals: 1/9 as 0.111111 is the worst of the scale."""
    rounded = HOUSE.round(6)
    assert priorities(rounded).tolist() == pytest.approx(priorities(HOUSE).tolist(), abs=1e-6)
    assert priorities([[1, 9], [0.111111, 1]]).tolist() == pytest.approx([0.9, 0.1], abs=1e-6)


@pytest.mark.parametrize("random_index", [0, -1, math.nan, True])
def test_random_index_that_is_no_positive_number(random_index):
    with pytest.raises(ValueError, match="random_index is"):
        consistency(LEADER, random_index)


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match="method is 'row mean': give 'eigenvector' or 'geometric mean'"):
        priorities(LEADER, "row mean")


def test_lists_arrays_and_whole_numbers_are_taken_and_nothing_given_is_changed():
    rows = [[1, 2], [0.5, 1]]
    assert priorities(rows).to_dict() == pytest.approx({0: 2 / 3, 1: 1 / 3}, rel=FEW_OPERATIONS)
    assert priorities(np.array(rows)).equals(priorities(rows))
    assert priorities(np.ones((3, 3), dtype=int)).tolist() == pytest.approx([1 / 3] * 3, rel=FEW_OPERATIONS)
    before = HOUSE.copy()
    ratings = pd.DataFrame([[0.5] * 8, [0.25] * 8], columns=HOUSE.columns)
    ratings_before = ratings.copy()
    priorities(HOUSE)
    fitting_judgements(HOUSE)
    path_to_consistency(HOUSE)
    combine_judgements([HOUSE, HOUSE.T])
    judgement_sensitivity(HOUSE, "size", "age", ratings)
    pd.testing.assert_frame_equal(HOUSE, before)
    pd.testing.assert_frame_equal(ratings, ratings_before)
