"""The registry, and the one shape that every case module has."""

import ast
import inspect
import json
import math
import re
import subprocess
import sys
import textwrap
from typing import get_args

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestudy import cases, datasets
from casestudy.errors import CasestudyError
from casestudy.parameters import CaseParameters

NAMES = cases.names()
LOADED = {name: cases.load(name) for name in NAMES}
# BLAS adds in another order when an array lies elsewhere in memory; results.json records ten digits.
SAME = {"rel": 1e-12, "abs": 0}
# What a reader needs to know of a number; a name that ends in none of these would hide its unit.
UNIT_WORDS = re.compile(
    r"(usd|pen|units?|percent|days|weeks|months|years?|orders?|articles|total|rate|count|met|points|share|factor|ratio)"
)


@pytest.fixture(params=NAMES)
def case(request):
    return request.param


# The registry.


def test_the_cases_are_in_alphabetical_order_and_each_has_its_data_and_notebook():
    assert sorted(NAMES) == NAMES
    for name in NAMES:
        assert (datasets.ROOT / "data" / name / "claims.csv").is_file()
        assert (datasets.ROOT / "notebooks" / f"{name}.ipynb").is_file()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("puyo", ": did you mean puyo_toy_store?"),
        ("puyo-toy-store", ": did you mean puyo_toy_store?"),
        ("zzz", ""),
        ("", ""),
        ("../puyo_toy_store", ": did you mean puyo_toy_store?"),
        ("puyo_toy_store.Parameters", ": did you mean puyo_toy_store?"),
        ("__init__", ""),
    ],
)
def test_an_unknown_case_is_refused_with_the_nearest_one(name, hint):
    with pytest.raises(CasestudyError) as caught:
        cases.load(name)
    assert str(caught.value) == f"no case is called {name!r}{hint} (casestudy list shows them all)"


def test_a_new_module_is_a_new_case(tmp_path, monkeypatch):
    (tmp_path / "a_new_study.py").write_text("TITLE = 'A new study'\n", encoding="utf-8")
    monkeypatch.setattr(cases, "__path__", [*cases.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "casestudy.cases.a_new_study", raising=False)
    assert cases.names() == sorted([*NAMES, "a_new_study"])
    assert cases.load("a_new_study").TITLE == "A new study"
    del sys.modules["casestudy.cases.a_new_study"]
    del cases.a_new_study


# The shape of a module.


def test_a_module_says_what_it_is(case):
    module = LOADED[case]
    assert module.__doc__.strip()
    assert 0 < len(module.TITLE) <= 40
    assert 0 < len(module.SUMMARY) <= 120
    assert "\n" not in module.TITLE + module.SUMMARY + module.CITATION
    assert re.search(r"\(((19|20)\d\d|n\.d\.)\)", module.CITATION)


def test_parameters_are_a_frozen_model_of_the_house(case):
    model = LOADED[case].Parameters
    assert issubclass(model, CaseParameters)
    assert model.__doc__.strip()
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"


def test_recompute_names_claims_and_functions(case):
    recompute, claims = LOADED[case].RECOMPUTE, datasets.claims(case)
    assert bool(recompute) == bool(len(claims))
    assert set(recompute) <= set(claims.index)
    assert all(callable(formula) for formula in recompute.values())


def test_every_function_has_a_docstring_or_is_private(case):
    tree = ast.parse((datasets.ROOT / "casestudy" / "cases" / f"{case}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    undocumented = [f.name for f in functions if not f.name.startswith("_") and not ast.get_docstring(f)]
    assert functions
    assert not undocumented


def test_no_case_imports_from_a_floor_above_or_draws(case):
    tree = ast.parse((datasets.ROOT / "casestudy" / "cases" / f"{case}.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    above = re.compile(r"matplotlib|papermill|casestudy\.(audit|cli|workflows|cases|figures|artifacts)\b")
    assert not [name for name in imported if above.match(name)]


# solve().


def test_solve_gives_finite_numbers_whose_names_tell_the_unit(case):
    module = LOADED[case]
    results = module.solve(module.Parameters())
    assert len(results) >= 5
    for name, value in results.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
        assert UNIT_WORDS.search(name), f"{name} tells no unit"
        assert type(value) is float, name
        assert math.isfinite(value), name


def test_solve_gives_the_same_twice_and_leaves_its_parameters_alone(case):
    module = LOADED[case]
    parameters = module.Parameters()
    first, second = module.solve(parameters), module.solve(parameters)
    assert first == pytest.approx(second, **SAME)
    assert parameters == module.Parameters()


def test_solve_gives_the_same_in_fresh_processes_and_never_loads_matplotlib(case):
    script = textwrap.dedent(
        f"""
        import json, sys
        from casestudy.cases import {case} as case
        results = case.solve(case.Parameters())
        heavy = [name for name in ("matplotlib", "papermill", "IPython", "nbformat") if name in sys.modules]
        print(json.dumps([results, heavy]))
        """
    )
    found = []
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PATH": "", "PYTHONPATH": str(datasets.ROOT)},
        )
        found.append(json.loads(done.stdout))
    (first, heavy), (second, _) = found
    assert heavy == []
    assert first == pytest.approx(second, **SAME)
    assert first == pytest.approx(LOADED[case].solve(LOADED[case].Parameters()), **SAME)


def bounds_of(field):
    limits = {}
    for constraint in field.metadata:
        for name in ("ge", "gt", "le", "lt"):
            if getattr(constraint, name, None) is not None:
                limits[name] = getattr(constraint, name)
    return limits


def values_of(field):
    """Valid values of a parameter: within its bounds, with their ends, and a hundredfold around the default."""
    limits, default = bounds_of(field), field.default
    if isinstance(default, tuple):
        return st.just(default)
    if isinstance(default, str):
        return st.sampled_from(get_args(field.annotation))
    low = limits.get("ge", limits.get("gt"))
    high = limits.get("le", limits.get("lt"))
    low = min(default, -100 * abs(default)) if low is None else low
    high = max(100 * abs(default), 10) if high is None else high
    if isinstance(default, int):
        return st.integers(int(low) + ("gt" in limits), int(high) - ("lt" in limits))
    # A quantity of 1e-300 is no study's input; the open end stands for the least that a person would type.
    grain = 1e-3 * min(1, high - low)
    low += grain if "gt" in limits else 0
    high -= grain if "lt" in limits else 0
    return st.floats(low, high, allow_subnormal=False) | st.sampled_from([float(low), float(high)])


def extremes_of(case):
    """Each parameter alone at each of its ends."""
    for name, field in LOADED[case].Parameters.model_fields.items():
        limits = bounds_of(field)
        for end in ("ge", "le"):
            if end in limits:
                yield case, name, type(field.default)(limits[end])


def check_solved(case, values):
    """Finite numbers, or one readable line that says what does not go together."""
    module = LOADED[case]
    try:
        results = module.solve(module.Parameters.of(values))
    except (CasestudyError, ValueError) as error:
        message = str(error)
        assert message
        assert len(message) < 400
        assert "\n" not in message
        return
    bad = {name: value for name, value in results.items() if not math.isfinite(value)}
    assert not bad


@pytest.mark.parametrize(("case", "name", "value"), [place for name in NAMES for place in extremes_of(name)])
def test_each_parameter_may_stand_at_its_ends(case, name, value):
    check_solved(case, {name: value})


def steps_of(case):
    """The steps that take nothing but the parameters."""
    return [
        step
        for name, step in vars(LOADED[case]).items()
        if inspect.isfunction(step)
        and step.__module__ == LOADED[case].__name__
        and not name.startswith("_")
        and name != "solve"
        and list(inspect.signature(step).parameters) == ["p"]
    ]


def test_every_step_gives_the_same_twice(case):
    parameters = LOADED[case].Parameters()
    for step in steps_of(case):
        assert_same(step(parameters), step(parameters), step.__name__)


def assert_same(first, second, name):
    if isinstance(first, dict):
        assert list(first) == list(second), name
        for key in first:
            assert_same(first[key], second[key], f"{name}, {key}")
    elif isinstance(first, pd.DataFrame | pd.Series):
        assert_equal = pd.testing.assert_frame_equal if first.ndim == 2 else pd.testing.assert_series_equal
        assert_equal(first, second, rtol=1e-12)
    else:
        assert first == pytest.approx(second, **SAME), name


@pytest.mark.parametrize("case", NAMES)
@given(data=st.data())
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_every_step_works_where_parameters_stand_at_their_ends(case, data):
    steps, ends = steps_of(case), list(extremes_of(case))
    assert len(steps) >= 5
    chosen = data.draw(st.lists(st.sampled_from(ends), min_size=1, max_size=8, unique_by=lambda end: end[1]))
    values = {name: value for _, name, value in chosen}
    try:
        parameters = LOADED[case].Parameters.of(values)
    except CasestudyError:
        return  # two ends that do not go together; the test above reads such a line
    for step in steps:
        assert step(parameters) is not None, step.__name__


@pytest.mark.parametrize("case", NAMES)
@given(data=st.data())
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_solve_holds_over_sampled_parameters(case, data):
    fields = LOADED[case].Parameters.model_fields
    chosen = data.draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=6, unique=True))
    check_solved(case, {name: data.draw(values_of(fields[name]), label=name) for name in chosen})


# The notebook's parameters cell.


@pytest.fixture(scope="module")
def inspect_notebook():
    from papermill import inspect_notebook

    import casestudy.workflows.quick_schemas  # noqa: F401

    return inspect_notebook


def test_the_notebooks_parameters_are_the_models(case, inspect_notebook):
    cell = inspect_notebook(str(datasets.ROOT / "notebooks" / f"{case}.ipynb"))
    model = LOADED[case].Parameters.describe()
    assert list(cell) == [row["name"] for row in model]
    for row in model:
        shown = cell[row["name"]]
        assert ast.literal_eval(shown["default"]) == row["default"], row["name"]
        assert type(ast.literal_eval(shown["default"])) is type(row["default"]), row["name"]
        assert shown["help"] == f"{row['unit']}: {row['meaning']}", row["name"]
