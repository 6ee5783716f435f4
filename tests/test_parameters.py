"""Parameters: what a student, a script or a file may write, and what is refused with its mend."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from casestudy import cases, datasets
from casestudy.errors import CasestudyError, nearest
from casestudy.parameters import CaseParameters, parameter, read_assignment, read_file


class Study(CaseParameters):
    """A small study."""

    lead_time_days: int = parameter(15, "days", "order cycle [L]", claim="t4_l", ge=1, le=365)
    service_level: float = parameter(0.95, "1", "share of cycles without a shortage", gt=0, lt=1)
    ordering_cost: float = parameter(1396.0, "USD/order", "cost of an order", ge=0)
    weights: tuple[float, ...] = parameter((0.25, 0.75), "1", "weights, oldest first", min_length=2, max_length=4)
    seed: int = parameter(1, "1", "seed")


def refusal(values):
    with pytest.raises(CasestudyError) as caught:
        Study.of(values)
    return str(caught.value)


# Names.


def test_what_is_left_out_keeps_its_default():
    chosen = Study.of({"lead_time_days": 20})
    assert chosen.lead_time_days == 20
    assert chosen.model_dump(exclude={"lead_time_days"}) == Study().model_dump(exclude={"lead_time_days"})


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lead_tme_days", "lead_time_days"), ("leadtime", "lead_time_days"), ("sead", "seed"), ("weight", "weights"),
     ("service-level", "service_level"), ("seed ", "seed"), ("Weights", "weights"), ("self", "seed")],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest_one(name, meant):
    assert refusal({name: 1}) == f"unknown parameter {name!r}: did you mean {meant}?"


@pytest.mark.parametrize("name", ["zzz", "", "cls", "model_config", "__class__"])
def test_an_unknown_name_that_is_near_to_none_is_refused_without_a_hint(name):
    assert refusal({name: 1}) == f"unknown parameter {name!r}"


@pytest.mark.parametrize("name", [5, None, 1.5, ("a",)])
def test_a_name_that_is_no_text_is_an_unknown_name(name):
    assert refusal({name: 1}).startswith(f"unknown parameter {str(name)!r}")


def test_nearest_says_nothing_when_there_is_nothing_to_say():
    assert nearest("seed", []) == ""


# Types and bounds.


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("lead_time_days", 0, "greater than or equal to 1 (bounds: >= 1, <= 365; unit: days)"),
        ("lead_time_days", 366, "less than or equal to 365 (bounds: >= 1, <= 365; unit: days)"),
        ("lead_time_days", 10**400, "less than or equal to 365"),
        ("service_level", 0, "greater than 0 (bounds: > 0, < 1; unit: 1)"),
        ("service_level", 1, "less than 1"),
        ("service_level", 95, "less than 1"),
        ("ordering_cost", -1e-300, "greater than or equal to 0 (bounds: >= 0; unit: USD/order)"),
        ("weights", [0.5], "at least 2 items"),
        ("weights", [0.2] * 5, "at most 4 items"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_name_value_and_bounds(name, value, reason):
    message = refusal({name: value})
    assert message.startswith(f"{name} = {value!r}: ")
    assert reason in message


@pytest.mark.parametrize("value", [True, False, 15.5, 15.0, "15", "fifteen", None, [15], {"a": 1}, math.nan, math.inf])
def test_a_whole_number_is_asked_for(value):
    assert refusal({"lead_time_days": value}).startswith(f"lead_time_days = {value!r}: input should be a valid integer")


@pytest.mark.parametrize("value", [True, False, "1396", "1,396", None, [1396.0], 1 + 2j, 10**400])
def test_a_number_is_asked_for(value):
    assert refusal({"ordering_cost": value}).startswith(f"ordering_cost = {value!r}: input should be a valid number")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_is_finite(value):
    assert "input should be a finite number" in refusal({"ordering_cost": value})
    assert "input should be a finite number" in refusal({"weights": [0.5, value]})


def test_a_whole_number_does_for_a_fraction():
    assert Study.of({"ordering_cost": 1400}).ordering_cost == 1400.0


def test_a_list_does_for_a_tuple():
    assert Study.of({"weights": [0.5, 0.25, 0.25]}).weights == (0.5, 0.25, 0.25)


@pytest.mark.parametrize("value", [0.5, "0.5, 0.5", {0.5: 0.5}, None, ["0.5", "0.5"], [True, False], [[0.5], [0.5]]])
def test_a_list_holds_numbers(value):
    assert refusal({"weights": value}).startswith("weights = ")


def test_every_mistake_is_told_at_once():
    message = refusal({"lead_time_days": 0, "service_level": "high", "sead": 3})
    for told in ("lead_time_days = 0", "service_level = 'high'", "unknown parameter 'sead'"):
        assert told in message


def test_parameters_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        Study().seed = 2


# From a notebook.


def test_a_notebooks_variables_are_read_and_its_other_names_are_not():
    namespace = {"lead_time_days": 20, "weights": [0.5, 0.5], "pd": object(), "__name__": "__main__", "_": 3}
    assert Study.from_notebook(namespace) == Study(lead_time_days=20, weights=(0.5, 0.5))


def test_a_notebooks_bad_value_is_refused():
    with pytest.raises(CasestudyError, match="lead_time_days = 0"):
        Study.from_notebook({"lead_time_days": 0})


# name=value.


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("days=20", "days", 20),
        (" days = 20 ", "days", 20),
        ("cost=-0.5", "cost", -0.5),
        ("cost=.5", "cost", 0.5),
        ("cost=1e3", "cost", 1000.0),
        ("cost=1E-3", "cost", 0.001),
        ("cost=-2.5e+3", "cost", -2500.0),
        ("cost=1_000", "cost", 1000),
        ("weights=[0.25, 0.75]", "weights", [0.25, 0.75]),
        ("weights=[1e-1, 9e-1]", "weights", [0.1, 0.9]),
        ("title=seed", "title", "seed"),
        ("a=b=c", "a", "b=c"),
    ],
)
def test_an_assignment_is_read_as_it_looks(text, name, value):
    read = read_assignment(text)
    assert read == (name, value)
    assert type(read[1]) is type(value)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_number_of_python_comes_back_through_an_assignment(number):
    assert read_assignment(f"cost={number!r}") == ("cost", number)


@pytest.mark.parametrize("value", ["015", "1:30", "0x10", "1,5", "2022-01-01", "2022-13-45", "1e5_0", "nan", "inf"])
def test_what_yaml_would_turn_into_another_number_is_left_as_text_and_refused(value):
    name, read = read_assignment(f"ordering_cost={value}")
    assert read == value
    assert refusal({name: read}).startswith(f"ordering_cost = {value!r}: input should be a valid number")


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "1e400", "-1e400"])
def test_what_is_not_finite_is_refused(value):
    name, read = read_assignment(f"ordering_cost={value}")
    assert "input should be a finite number" in refusal({name: read})


@pytest.mark.parametrize("text", ["", "days", "=", "=5", " =5", "days=", "days=  ", "days:5", "5"])
def test_an_assignment_without_name_or_value_is_refused_with_an_example(text):
    with pytest.raises(CasestudyError, match=r"write it as name=value, such as -p lead_time_days=20"):
        read_assignment(text)


@pytest.mark.parametrize(
    "value", ["[1,", "[seed", "{e", "*x", "@", "'1", "\t1", "\x00", "!!python/object:os.system x", "9" * 5000]
)
def test_an_assignment_that_is_no_yaml_is_refused_with_an_example(value):
    with pytest.raises(CasestudyError, match=r"write a number, or a list such as \[1, 2\]"):
        read_assignment(f"days={value}")


# A file of parameters.


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "mine.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        "lead_time_days: 20\nordering_cost: 1e3\nweights: [0.5, 5e-1]\n",
        "# mine\r\nlead_time_days: 20  # days\r\nordering_cost: 1000\r\nweights:\r\n- 0.5\r\n- 0.5\r\n",
        '{"lead_time_days": 20, "ordering_cost": 1000.0, "weights": [0.5, 0.5]}',
        b"\xef\xbb\xbflead_time_days: 20\nordering_cost: 1.0e+3\nweights: [.5, .5]",
    ],
    ids=["yaml", "windows", "json", "byte order mark"],
)
def test_a_file_is_read(written, content):
    assert Study.of(read_file(written(content))) == Study(lead_time_days=20, ordering_cost=1000.0, weights=(0.5, 0.5))


@pytest.mark.parametrize("content", ["", "\n", "# nothing\n", "- 1\n", "15", "lead_time_days", "null", "---\n"])
def test_a_file_without_a_mapping_is_refused(written, content):
    path = written(content)
    with pytest.raises(CasestudyError, match=rf"{re.escape(str(path))} holds no parameters: write one `name: value`"):
        read_file(path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("seed: 1\nlead_time_days: 20\n  weights: 3\n", 3),
        ("seed: 1\n\tlead_time_days: 20\n", 2),
        ("seed: 1\n\nlead_time_days 20: : 3\n", 3),
        ("seed: *other\n", 1),
        ("seed: 1\n---\nseed: 2\n", 2),
        ("seed: 1\nweights: !!python/tuple [1, 2]\n", 2),
    ],
)
def test_broken_yaml_is_refused_with_its_line(written, content, line):
    path = written(content)
    with pytest.raises(CasestudyError, match=rf"{re.escape(str(path))} is not valid YAML at line {line}: write one"):
        read_file(path)


@pytest.mark.parametrize(
    "content", ["# días\nseed: 1\n".encode("latin-1"), b"\xff\xfes\x00e\x00", b"seed: " + b"9" * 5000, b"seed: \x00"]
)
def test_bytes_that_are_no_text_are_refused(written, content):
    path = written(content)
    with pytest.raises(CasestudyError, match=re.escape(str(path))):
        read_file(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CasestudyError, match=r"cannot read the parameter file .*no\.yaml: No such file or directory"):
        read_file(tmp_path / "no.yaml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CasestudyError, match=r"cannot read the parameter file .*: Is a directory"):
        read_file(tmp_path)


def test_numbers_as_names_in_a_file_are_unknown_names(written):
    assert refusal(read_file(written("5: 3\n"))) == "unknown parameter '5'"


# describe().


def test_describe_tells_everything_about_a_parameter():
    assert Study.describe()[0] == {
        "name": "lead_time_days",
        "default": 15,
        "bounds": ">= 1, <= 365",
        "unit": "days",
        "meaning": "order cycle [L]",
        "source": "printed",
    }
    bounds = {row["name"]: (row["bounds"], row["source"]) for row in Study.describe()}
    assert bounds["service_level"] == ("> 0, < 1", "not printed")
    assert bounds["weights"] == ("length >= 2, length <= 4", "not printed")
    assert bounds["seed"] == ("", "not printed")


# The parameters of every case.


@pytest.fixture(params=cases.names())
def case(request):
    return request.param


def test_every_parameter_has_a_unit_and_a_meaning_of_one_line(case):
    for row in cases.load(case).Parameters.describe():
        assert row["unit"].strip(), row["name"]
        assert row["meaning"].strip(), row["name"]
        assert "\n" not in row["unit"] + row["meaning"], row["name"]


def test_every_number_has_a_bound(case):
    unbounded = [row["name"] for row in cases.load(case).Parameters.describe() if not row["bounds"]]
    assert not unbounded


def test_defaults_are_within_their_own_bounds(case):
    model = cases.load(case).Parameters
    assert model.of(model().model_dump()) == model()


def test_a_printed_default_is_the_number_that_the_paper_prints(case):
    claims = datasets.claims(case)
    printed = {
        name: field
        for name, field in cases.load(case).Parameters.model_fields.items()
        if field.json_schema_extra["claim"]
    }
    assert bool(printed) == bool(len(claims))
    for name, field in printed.items():
        claim = claims.loc[field.json_schema_extra["claim"]]
        number = datasets.printed_number(claim["printed"], claim["unit"])
        assert field.default == pytest.approx(number.value, rel=1e-12), name
