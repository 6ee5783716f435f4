"""A study's inputs: flat names, defaults as printed, bounds, units, and errors that name the mend."""

import re
from typing import Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casestudy.errors import CasestudyError, nearest


def parameter(default, unit, description, *, claim=None, **bounds):
    """A field of a `Parameters` model.

    Parameters
    ----------
    default : float, int or tuple of float
        The value as printed or, where the paper prints none, an illustrative one.
    unit : str
        Unit of the value, such as "USD/month".
    description : str
        One line of meaning.
    claim : str, optional
        Id of the printed claim that the default transcribes; without it the default is implied or
        illustrative, and the description says which.
    bounds : float
        `ge`, `gt`, `le`, `lt`, and for tuples `min_length` and `max_length`.
    """
    if isinstance(default, tuple):
        bounds["strict"] = False
    return Field(default, description=description, json_schema_extra={"unit": unit, "claim": claim}, **bounds)


class CaseParameters(BaseModel):
    """Base of every case's `Parameters`: frozen, strict about types, and closed to unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def of(cls, values):
        """Parameters from a mapping of names to values; what is left out keeps its default.

        Raises
        ------
        CasestudyError
            For an unknown name (with the nearest one), a wrong type, or a value out of its bounds.
        """
        try:
            return cls(**{str(name): value for name, value in values.items()})
        except ValidationError as error:
            raise CasestudyError("; ".join(cls._explain(problem) for problem in error.errors())) from None

    @classmethod
    def from_notebook(cls, namespace):
        """Parameters from a notebook's variables: `Parameters.from_notebook(globals())`."""
        return cls.of({name: namespace[name] for name in cls.model_fields if name in namespace})

    @classmethod
    def describe(cls):
        """One dict a parameter: name, default, bounds, unit, meaning and source."""
        return [
            {
                "name": name,
                "default": field.default,
                "bounds": cls.bounds(name),
                "unit": field.json_schema_extra["unit"],
                "meaning": field.description,
                "source": "printed" if field.json_schema_extra["claim"] else "not printed",
            }
            for name, field in cls.model_fields.items()
        ]

    @classmethod
    def bounds(cls, name):
        """The bounds of one parameter as text, such as "> 0, <= 1" or "one of eoq, silver_meal"."""
        if get_origin(cls.model_fields[name].annotation) is Literal:
            return f"one of {', '.join(get_args(cls.model_fields[name].annotation))}"
        signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "min_length": "length >=", "max_length": "length <="}
        limits = [
            (sign, getattr(constraint, attribute))
            for constraint in cls.model_fields[name].metadata
            for attribute, sign in signs.items()
            if getattr(constraint, attribute, None) is not None
        ]
        return ", ".join(f"{sign} {limit:g}" for sign, limit in limits)

    @classmethod
    def _explain(cls, problem):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            return f"unknown parameter {name!r}{nearest(name, cls.model_fields)}"
        if name not in cls.model_fields:
            return problem["msg"].removeprefix("Value error, ")
        bounds, unit = cls.bounds(name), cls.model_fields[name].json_schema_extra["unit"]
        allowed = f" (bounds: {bounds}; unit: {unit})" if bounds else f" (unit: {unit})"
        reason = problem["msg"][0].lower() + problem["msg"][1:]
        return f"{name} = {problem['input']!r}: {reason}{allowed}"


class _Loader(yaml.SafeLoader):
    """YAML whose numbers are what they look like: 1e3 is 1000, and neither 015 is 13 nor 1:30 is 90."""


_INTEGER, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag not in (_INTEGER, _FLOAT, "tag:yaml.org,2002:timestamp")]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_INTEGER, re.compile(r"[-+]?(0|[1-9][\d_]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(r"[-+]?((\d[\d_]*\.\d*|\.\d+)([eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.(inf|nan))$"),
    list("-+.0123456789"),
)


def read_assignment(text):
    """A `name=value` from the command line as a pair; the value is read as YAML.

    >>> read_assignment("lead_time_days=20")
    ('lead_time_days', 20)
    >>> read_assignment("weights=[0.25, 0.75]")
    ('weights', [0.25, 0.75])
    >>> read_assignment("annual_sales=4e5")
    ('annual_sales', 400000.0)
    """
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise CasestudyError(f"cannot read -p {text!r}: write it as name=value, such as -p lead_time_days=20")
    try:
        return name.strip(), yaml.load(value, _Loader)
    except (yaml.YAMLError, ValueError):
        raise CasestudyError(
            f"cannot read the value of -p {text!r}: write a number, or a list such as [1, 2]"
        ) from None


def read_file(path):
    """Parameters from a YAML file of `name: value` lines, as a dict.

    Raises
    ------
    CasestudyError
        If the file cannot be read or does not hold a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = yaml.load(text, _Loader)
    except (OSError, ValueError) as error:
        raise CasestudyError(
            f"cannot read the parameter file {path}: {getattr(error, 'strerror', None) or error}"
        ) from None
    except yaml.YAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if getattr(error, "problem_mark", None) else ""
        raise CasestudyError(f"{path} is not valid YAML{line}: write one `name: value` a line") from None
    if not isinstance(values, dict):
        raise CasestudyError(f"{path} holds no parameters: write one `name: value` a line")
    return values
