"""The command line, held against a small house of two studies that is built anew for every test."""

import csv
import errno
import importlib.metadata
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from rich.console import Console

from casestudy import artifacts, cases, cli, datasets
from casestudy.workflows import committed, progress, readme, run

PACKAGE = Path(cli.__file__).parent
COMMANDS = ["list", "show", "run", "audit"]
HEAVY = {"pandas", "numpy", "matplotlib", "statsmodels", "scipy", "papermill", "nbconvert", "pydantic"}

CASE = """
from casestudy.parameters import CaseParameters, parameter

TITLE = "{title}"
CITATION = "Author, A. (2020). {title}. Journal."
SUMMARY = "{title} orders toys"


class Parameters(CaseParameters):
    lead_time_days: int = parameter(15, "days", "order cycle [L]", claim="lead_time", ge=1, le=365)
    daily_sales: float = parameter(1029.0, "USD/day", "mean sales [Cd]", claim="daily_sales", gt=0)
    weights: tuple[float, ...] = parameter((0.25, 0.75), "1", "made-up weights", min_length=2, max_length=3)


def solve(p):
    return {{"reorder_point_usd": p.lead_time_days * p.daily_sales}}


RECOMPUTE = {{"reorder_point": lambda days, sales: days * sales}}
"""

CLAIMS = """claim_id,quantity,printed,unit,where,role,inputs,note
lead_time,lead time,15,days,Table 1,input,,
daily_sales,mean daily sales,1029,USD/day,Table 1,input,,
reorder_point,reorder point,15435,USD,Table 2,result,lead_time;daily_sales,
reorder_point_text,reorder point in the text,15 000.0,USD,Section 3,result,reorder_point,Table 2 prints | 15435
"""
VERDICTS = {
    "lead_time": "input",
    "daily_sales": "input",
    "reorder_point": "reproduced",
    "reorder_point_text": "contradicted",
}

PARAMETERS = "lead_time_days = 15\ndaily_sales = 1029.0\nweights = [0.25, 0.75]"
SHOW_TABLE = """
frame = pd.DataFrame({"reorder_point_usd": [lead_time_days * daily_sales]})
artifacts.Table(frame, "levels", "Levels", evidence="recomputed")
"""
SHOW_FIGURE = """
ax = figures.bars(pd.Series({"sales": daily_sales}), "Sales", "USD")
artifacts.Figure(ax, "sales", evidence="printed")
"""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class House(NamedTuple):
    """A checkout of our own: its folder, and the command line inside it."""

    root: Path
    casestudy: object

    @property
    def reports(self):
        return self.root / "reports"


def notebook_of(*sources):
    cells = [nbformat.v4.new_markdown_cell("A lot of $Q = C_d$."), nbformat.v4.new_code_cell(PARAMETERS)]
    cells[1].metadata["tags"] = ["parameters"]
    cells += [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_house(root):
    for case, title in (("tiny", "Tiny shop"), ("other", "Other shop")):
        write(root / "casestudy" / "cases" / f"{case}.py", CASE.format(title=title))
        write(root / "data" / case / "claims.csv", CLAIMS)
        write_notebook(root, case, "import pandas as pd\nfrom casestudy import artifacts, figures", SHOW_TABLE)
        write(root / "reports" / case / "results.json", '{"the": "previous report"}')
        write(root / "reports" / case / "tables" / "old.csv", "previous\n1\n")
    write(root / "README.md", f"# House\n\n{readme.BEGIN}\nold\n{readme.END}\n\nAfter.\n")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_notebook(root, case, *sources):
    write(root / "notebooks" / f"{case}.ipynb", nbformat.writes(notebook_of(*sources)))


@pytest.fixture
def casestudy(monkeypatch, capsys):
    """The command line in this process: `casestudy("run", "tiny")` gives exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["casestudy", *map(str, arguments)])
        monkeypatch.setitem(cli._state, "debug", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Outcome(ended.value.code or 0, *capsys.readouterr())

    return call


@pytest.fixture
def house(tmp_path, monkeypatch, casestudy):
    root = tmp_path / "house"
    write_house(root)
    monkeypatch.setattr(cases, "__path__", [str(root / "casestudy" / "cases")])
    monkeypatch.setattr(datasets, "ROOT", root)
    monkeypatch.setattr(readme, "README", root / "README.md")
    monkeypatch.setattr(committed, "REPORTS", root / "reports")
    for folder in ("NOTEBOOKS", "REPORTS", "VARIATIONS"):
        monkeypatch.setattr(run, folder, root / folder.lower())
    monkeypatch.setenv(artifacts.FORMATS_VARIABLE, "svg")
    monkeypatch.chdir(root)
    yield House(root, casestudy)
    for case in ("tiny", "other"):
        sys.modules.pop(f"casestudy.cases.{case}", None)


@pytest.fixture
def checkout(tmp_path):
    """The house with the package inside, for processes of its own."""
    root = tmp_path / "checkout"
    shutil.copytree(PACKAGE, root / "casestudy", ignore=shutil.ignore_patterns("__pycache__"))
    for module in (root / "casestudy" / "cases").glob("[a-z]*.py"):
        module.unlink()
    write_house(root)
    return root


@pytest.fixture
def short_tmp():
    """Sockets have short names only, so pytest's own folders lie too deep for a kernel's."""
    with tempfile.TemporaryDirectory(prefix="cs-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def quick(house, monkeypatch):
    """The house with its notebooks executed in no time: what was executed, and with which parameters."""
    executed = []

    def execute(case, parameters, folder, on_progress, kernels):
        executed.append((case, parameters))
        notebook = executed_notebook(parameters)
        nbformat.write(notebook, folder / f"{case}.ipynb")
        return notebook

    monkeypatch.setattr(run, "_execute", execute)
    return executed


def executed_notebook(parameters):
    frame = pd.DataFrame({"reorder_point_usd": [parameters.lead_time_days * parameters.daily_sales]})
    ax = plt.figure().add_subplot()
    ax.plot([0, 1], [0, 1])
    notebook = notebook_of(SHOW_TABLE, SHOW_FIGURE)
    displayed = (
        artifacts.Table(frame, "levels", "Levels", evidence="recomputed"),
        artifacts.Figure(ax, "sales", evidence="printed"),
    )
    for cell, artifact in zip(notebook.cells[2:], displayed, strict=True):
        data, metadata = artifact._repr_mimebundle_()
        cell.outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)]
    return notebook


@pytest.fixture
def nothing_runs(house, monkeypatch):
    """Fails the test if a notebook is executed or a file of the house changes."""
    monkeypatch.setattr(run, "_execute", lambda *arguments: pytest.fail("a notebook was executed"))
    before = content(house.root)
    yield
    assert content(house.root) == before


def content(folder):
    """Every file and folder below a folder, with the files' bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def refused(outcome, *words):
    """A mistake is one line on stderr that says all these words, with exit code 2."""
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1, outcome.err
    assert outcome.err.startswith("casestudy: ")
    for word in words:
        assert str(word) in outcome.err
    return outcome.err


# Asking


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=" ".join)
def test_every_command_has_help(casestudy, command):
    outcome = casestudy(*command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert re.search(rf"Usage: .*casestudy {' '.join(command)}", outcome.out)


def test_help_says_that_cases_are_optional_and_many(casestudy):
    for command in ("run", "audit"):
        assert f"{command} [OPTIONS] [CASE]...\n" in casestudy(command, "--help").out


def test_help_names_every_command_and_option(casestudy):
    assert set(COMMANDS) <= set(casestudy("--help").out.split())
    assert {"-p,", "-f,", "--out", "--jobs", "--png"} <= set(casestudy("run", "--help").out.split())
    assert {"--format", "--check"} <= set(casestudy("audit", "--help").out.split())


def test_version_is_that_of_the_installed_package(casestudy):
    assert casestudy("--version").out == f"casestudy {importlib.metadata.version('casestudy')}\n"


def test_the_installed_script_is_this_command_line():
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="casestudy")
    assert script.load() is cli.main


def test_help_loads_none_of_the_heavy_libraries():
    command = [sys.executable, "-X", "importtime", "-m", "casestudy", "--help"]
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stderr
    packages = {line.rpartition("|")[2].strip().partition(".")[0] for line in loaded.splitlines()}
    assert "typer" in packages
    assert not packages & HEAVY


def test_list_has_a_line_a_case(house):
    outcome = house.casestudy("list")
    assert outcome == (0, "other  Other shop orders toys\ntiny   Tiny shop orders toys\n", "")


def test_show_has_citation_default_bounds_unit_source_and_meaning_of_each_parameter(house):
    outcome = house.casestudy("show", "tiny")
    assert outcome.code == 0
    assert "Author, A. (2020). Tiny shop. Journal." in outcome.out
    assert [re.split(r" {2,}", line) for line in outcome.out.splitlines()[3:]] == [
        ["parameter", "default", "bounds", "unit", "source", "meaning"],
        ["lead_time_days", "15", ">= 1, <= 365", "days", "printed", "order cycle [L]"],
        ["daily_sales", "1029", "> 0", "USD/day", "printed", "mean sales [Cd]"],
        ["weights", "[0.25, 0.75]", "length >= 2, length <= 3", "1", "not printed", "made-up weights"],
    ]


@pytest.mark.parametrize("case", cases.names())
def test_show_names_every_parameter_of_the_real_cases(casestudy, case):
    shown = casestudy("show", case).out
    for name in cases.load(case).Parameters.model_fields:
        assert re.search(rf"(?m)^{name} ", shown), name


@pytest.mark.parametrize(
    "arguments", [["list"], ["show", cases.names()[-1]], ["audit", "--format", "table"]], ids=" ".join
)
def test_a_terminal_of_few_letters_is_no_reason_to_fail(arguments):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "casestudy", *arguments]
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (outcome.returncode, outcome.stderr) == (0, "")


# The ledger


def test_audit_as_csv_has_a_row_a_claim_of_each_case(house):
    rows = list(csv.DictReader(io.StringIO(house.casestudy("audit", "--format", "csv").out)))
    assert [(row["case"], row["claim_id"], row["verdict"]) for row in rows] == [
        (case, claim, verdict) for case in ("other", "tiny") for claim, verdict in VERDICTS.items()
    ]


def test_audit_as_json_has_a_record_a_claim(house):
    records = json.loads(house.casestudy("audit", "tiny", "--format", "json").out)
    assert {record["claim_id"]: record["verdict"] for record in records} == VERDICTS
    assert records[2]["recomputed"] == 15435
    assert records[0]["recomputed"] is None


def test_audit_as_markdown_is_two_tables_whose_pipes_are_escaped(house):
    ledger, counts = house.casestudy("audit", "tiny", "--format", "markdown").out.strip().split("\n\n")
    for table, rows in ((ledger, len(VERDICTS)), (counts, 1)):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1
        assert len(table.splitlines()) == rows + 2
    assert r"Table 2 prints \| 15435" in ledger


def test_audit_is_a_table_by_default(house):
    outcome = house.casestudy("audit", "tiny")
    assert outcome == house.casestudy("audit", "tiny", "--format", "table")
    assert re.search(r"(?m)^tiny +reorder_point +Table 2 +15435 +15435 +reproduced$", outcome.out)


def test_audit_refuses_a_format_that_there_is_not(house):
    outcome = house.casestudy("audit", "--format", "xml")
    assert outcome.code == 2
    assert "markdown" in outcome.err


@pytest.fixture
def with_committed_ledgers(house):
    for case in ("tiny", "other"):
        lines = ["claim_id,verdict", *(f"{claim},{verdict}" for claim, verdict in VERDICTS.items())]
        write(house.reports / case / "audit.csv", "\n".join(lines) + "\n")
    return house


def tampered(house, old, new):
    path = house.reports / "tiny" / "audit.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_check_passes_where_verdicts_agree(with_committed_ledgers):
    outcome = with_committed_ledgers.casestudy("audit", "--check")
    assert (outcome.code, outcome.err) == (0, "")
    assert "reorder_point_text" in outcome.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reorder_point,reproduced", "reorder_point,contradicted", "reorder_point was contradicted, is now reproduced"),
        ("reorder_point,reproduced\n", "", "reorder_point was absent, is now reproduced"),
        ("lead_time,input", "lead_time,input\nno_more,input", "no_more was input, is now absent"),
    ],
    ids=["another verdict", "a new claim", "a lost claim"],
)
def test_check_exits_1_and_names_the_claim_whose_verdict_differs(with_committed_ledgers, old, new, said):
    tampered(with_committed_ledgers, old, new)
    outcome = with_committed_ledgers.casestudy("audit", "--check")
    assert (outcome.code, outcome.err) == (1, f"tiny: {said}\n")
    assert with_committed_ledgers.casestudy("audit").code == 0
    assert with_committed_ledgers.casestudy("audit", "other", "--check").code == 0


def test_check_without_a_committed_ledger_says_what_writes_it(house):
    outcome = house.casestudy("audit", "tiny", "--check")
    assert outcome.code == 2
    assert outcome.err.endswith("audit.csv is missing: casestudy run tiny writes it\n")


def test_check_of_a_ledger_in_a_merge_conflict_says_what_mends_it(with_committed_ledgers):
    tampered(with_committed_ledgers, "claim_id,verdict", "<<<<<<< HEAD\nclaim_id,verdict,a,b")
    outcome = with_committed_ledgers.casestudy("audit", "tiny", "--check")
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "audit.csv" in outcome.err
    assert "casestudy run tiny" in outcome.err


def test_the_committed_ledgers_of_the_real_cases_pass_the_check(casestudy):
    outcome = casestudy("audit", "--check", "--format", "csv")
    assert (outcome.code, outcome.err) == (0, "")


# Mistakes: one line with the mend, exit code 2, nothing run and nothing written


@pytest.mark.parametrize("command", ["show", "run", "audit"])
def test_an_unknown_case_is_refused_with_the_nearest(house, nothing_runs, command):
    refused(house.casestudy(command, "tinny"), "'tinny'", "did you mean tiny?", "casestudy list")


def test_an_unknown_case_among_known_ones_is_refused_before_any_runs(house, nothing_runs):
    refused(house.casestudy("run", "tiny", "elsewhere"), "'elsewhere'")


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("lead_tme_days=20", ["'lead_tme_days'", "did you mean lead_time_days?", "casestudy show tiny"]),
        ("lead_time_days=0", ["lead_time_days = 0", ">= 1, <= 365", "days"]),
        ("lead_time_days=366", ["lead_time_days = 366", ">= 1, <= 365"]),
        ("daily_sales=-1", ["daily_sales = -1", "> 0", "USD/day"]),
        ("daily_sales=.nan", ["daily_sales = nan"]),
        ("daily_sales=.inf", ["daily_sales = inf"]),
        ("lead_time_days=2.5", ["lead_time_days = 2.5", "integer"]),
        ("lead_time_days=soon", ["lead_time_days = 'soon'", "integer"]),
        ("lead_time_days=true", ["lead_time_days = True", "integer"]),
        ("daily_sales=[1, 2]", ["daily_sales = [1, 2]", "number"]),
        ("weights=[1]", ["weights = [1]", "length >= 2"]),
        ("weights=0.5", ["weights = 0.5"]),
        ("lead_time_days", ["'lead_time_days'", "name=value"]),
        ("lead_time_days=", ["'lead_time_days='", "name=value"]),
        ("=20", ["'=20'", "name=value"]),
        ("weights=[0.5", ["'weights=[0.5'", "list"]),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_with_its_mend(house, nothing_runs, assignment, words):
    refused(house.casestudy("run", "tiny", "-p", assignment), *words)


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("missing.yaml", None, ["cannot read", "No such file"]),
        ("folder.yaml", "", ["cannot read", "directory"]),
        ("broken.yaml", b"lead_time_days: 20\nweights: [0.5\n", ["not valid YAML", "line"]),
        ("list.yaml", b"- lead_time_days\n", ["name: value"]),
        ("empty.yaml", b"", ["name: value"]),
        ("latin.yaml", "# días\nlead_time_days: 20".encode("latin-1"), ["cannot read"]),
    ],
)
def test_a_parameter_file_that_cannot_be_read_is_refused(house, tmp_path, nothing_runs, name, written, words):
    path = tmp_path / name
    if written == "":
        path.mkdir()
    elif written is not None:
        path.write_bytes(written)
    refused(house.casestudy("run", "-f", path), path, *words)


def test_a_value_in_a_parameter_file_is_checked_as_any_other(house, tmp_path, nothing_runs):
    write(tmp_path / "params.yaml", "lead_time_days: 0\nlead_tme: 3\n")
    refused(house.casestudy("run", "-f", tmp_path / "params.yaml"), "lead_time_days = 0", "'lead_tme'")


@pytest.mark.parametrize("out", ["reports", "./notebooks/../reports/", "link", "reports/mine", "{root}/reports"])
def test_a_variation_never_goes_into_the_committed_record(house, nothing_runs, out):
    (house.root / "link").symlink_to(house.reports)
    try:
        outcome = house.casestudy("run", "-p", "lead_time_days=20", "--out", out.format(root=house.root))
        refused(outcome, house.reports, "--out")
    finally:
        (house.root / "link").unlink()


def test_a_folder_that_is_no_report_of_ours_is_not_replaced(house, tmp_path, nothing_runs):
    write(tmp_path / "theses" / "tiny" / "chapter.txt", "three years of work")
    before = content(tmp_path / "theses")
    refused(house.casestudy("run", "tiny", "--out", tmp_path / "theses"), tmp_path / "theses" / "tiny", "--out")
    assert content(tmp_path / "theses") == before


@pytest.mark.parametrize("place", ["file", "file/deeper", "folder"])
def test_a_file_in_the_place_of_a_folder_is_not_replaced(house, tmp_path, quick, place):
    write(tmp_path / "file", "a file")
    write(tmp_path / "folder" / "tiny", "a file")
    refused(house.casestudy("run", "tiny", "--out", tmp_path / place), tmp_path / place.partition("/")[0])
    assert (tmp_path / "file").read_text() == "a file"
    assert (tmp_path / "folder" / "tiny").read_text() == "a file"


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_number_of_jobs_that_cannot_be_is_refused(house, nothing_runs, jobs):
    outcome = house.casestudy("run", "--jobs", jobs)
    assert outcome.code == 2
    assert "--jobs" in outcome.err


def test_debug_shows_the_traceback_of_the_same_mistake(house, nothing_runs):
    short = house.casestudy("run", "tinny")
    long = house.casestudy("--debug", "run", "tinny")
    assert long.code == 2
    assert long.err.startswith("Traceback")
    assert long.err.endswith(short.err)


# Runs


def test_a_run_writes_the_whole_report_and_says_where(house, quick):
    outcome = house.casestudy("run", "tiny")
    assert outcome.code == 0
    assert outcome.err == f"tiny: 1 tables and 1 figures in {house.reports / 'tiny'}\n"
    assert set(content(house.reports / "tiny")) == {
        "tiny.ipynb", "tiny.html", "audit.csv", "results.json", "tables", "tables/levels.csv", "figures",
        "figures/sales.svg",
    }  # fmt: skip
    assert (house.reports / "tiny" / "tables" / "levels.csv").read_text() == "reorder_point_usd\n15435\n"
    assert "previous" in (house.reports / "other" / "results.json").read_text()


def test_results_json_records_parameters_results_versions_and_hashes(house, quick):
    house.casestudy("run", "tiny")
    report = house.reports / "tiny"
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    assert results["case"] == "tiny"
    assert results["parameters"] == {"lead_time_days": 15, "daily_sales": 1029.0, "weights": [0.25, 0.75]}
    assert results["results"] == {"reorder_point_usd": 15435.0}
    assert results["versions"]["papermill"] == importlib.metadata.version("papermill")
    assert results["data"] == {"claims.csv": sha256(CLAIMS.encode()).hexdigest()}
    assert results["artefacts"] == {
        path: sha256((report / path).read_bytes()).hexdigest()
        for path in ("audit.csv", "figures/sales.svg", "tables/levels.csv")
    }


def test_the_page_to_read_has_the_title_and_formulas_that_need_no_network(house, quick):
    house.casestudy("run", "tiny")
    page = (house.reports / "tiny" / "tiny.html").read_text(encoding="utf-8")
    assert "<title>Tiny shop</title>" in page
    assert "<math" in page


def test_the_ledger_of_a_report_passes_the_check(house, quick):
    house.casestudy("run")
    assert house.casestudy("audit", "--check").code == 0


def test_a_run_renews_the_readme_s_table_and_nothing_else_in_it(house, quick):
    house.casestudy("run")
    text = (house.root / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# House\n\n{readme.BEGIN}\n| study |")
    assert text.endswith(f"{readme.END}\n\nAfter.\n")
    assert re.search(r"\[Tiny shop\]\(notebooks/tiny\.ipynb\) \| 1 \| 0 \| 1 \| 0 \| 2 \| 4 \|", text)


def test_a_readme_that_lost_its_markers_is_said_and_left_alone(house, quick):
    write(house.root / "README.md", "# House\n")
    outcome = house.casestudy("run")
    assert outcome.code == 2
    assert "marker" in outcome.err.splitlines()[-1]
    assert (house.root / "README.md").read_text() == "# House\n"


def test_all_cases_run_by_default_and_a_case_named_twice_runs_once(house, quick):
    house.casestudy("run")
    assert sorted(case for case, _ in quick) == ["other", "tiny"]
    quick.clear()
    house.casestudy("run", "tiny", "tiny")
    assert [case for case, _ in quick] == ["tiny"]


def test_a_variation_goes_to_a_folder_of_its_own_and_leaves_the_record_alone(house, quick):
    before = content(house.reports), (house.root / "README.md").read_bytes()
    outcome = house.casestudy("run", "tiny", "-p", "lead_time_days=20")
    (report,) = (house.root / "variations").glob("*/tiny")
    assert str(report) in outcome.err
    assert json.loads((report / "results.json").read_text())["results"] == {"reorder_point_usd": 20580.0}
    assert (content(house.reports), (house.root / "README.md").read_bytes()) == before


def test_variations_of_other_parameters_do_not_replace_each_other(house, quick):
    for assignment in ("lead_time_days=20", "lead_time_days=21", "daily_sales=20", "lead_time_days=20"):
        assert house.casestudy("run", "-p", assignment).code == 0
    assert len(list((house.root / "variations").iterdir())) == 3


def test_parameters_set_to_their_defaults_are_no_variation(house, quick):
    outcome = house.casestudy("run", "tiny", "-p", "lead_time_days=15", "-p", "weights=[0.25, 0.75]")
    assert str(house.reports / "tiny") in outcome.err
    assert not (house.root / "variations").exists()


def test_the_ledger_of_a_variation_is_still_that_of_the_printed_inputs(house, quick):
    house.casestudy("run", "tiny")
    house.casestudy("run", "tiny", "-p", "lead_time_days=20")
    (varied,) = (house.root / "variations").glob("*/tiny/audit.csv")
    assert varied.read_bytes() == (house.reports / "tiny" / "audit.csv").read_bytes()


def test_out_takes_a_report_elsewhere_and_leaves_record_and_readme_alone(house, tmp_path, quick):
    before = content(house.reports), (house.root / "README.md").read_bytes()
    for _ in range(2):
        assert house.casestudy("run", "tiny", "--out", tmp_path / "deep" / "er").code == 0
    assert (tmp_path / "deep" / "er" / "tiny" / "results.json").is_file()
    assert (content(house.reports), (house.root / "README.md").read_bytes()) == before


def test_an_assignment_wins_over_the_file_and_the_last_one_over_the_others(house, tmp_path, quick):
    write(tmp_path / "params.yaml", "lead_time_days: 30\ndaily_sales: 500\n")
    assignments = ["-p", "lead_time_days=40", "-p", "lead_time_days=50"]
    assert house.casestudy("run", "tiny", "-f", tmp_path / "params.yaml", *assignments).code == 0
    ((_, parameters),) = quick
    assert (parameters.lead_time_days, parameters.daily_sales) == (50, 500.0)


@pytest.mark.parametrize(("options", "formats"), [([], "svg"), (["--png"], "svg,png")])
def test_png_is_drawn_on_request_only(house, quick, options, formats):
    house.casestudy("run", "tiny", *options)
    drawn = {path.suffix[1:] for path in (house.reports / "tiny" / "figures").iterdir()}
    assert drawn == set(formats.split(","))
    assert os.environ[artifacts.FORMATS_VARIABLE] == formats


def test_cases_run_side_by_side(house, quick, monkeypatch):
    together, execute = threading.Barrier(2, timeout=30), run._execute
    monkeypatch.setattr(run, "_execute", lambda *arguments: together.wait() < 2 and execute(*arguments))
    assert house.casestudy("run", "--jobs", "2").code == 0


def test_one_job_runs_one_notebook_at_a_time(house, quick, monkeypatch):
    execute, running = run._execute, threading.Lock()

    def alone(*arguments):
        assert running.acquire(blocking=False)
        try:
            return execute(*arguments)
        finally:
            running.release()

    monkeypatch.setattr(run, "_execute", alone)
    assert house.casestudy("run", "--jobs", "1").code == 0
    assert len(quick) == 2


# What goes wrong half-way leaves the previous report as it was


def no_space(*_, **__):
    with open("/dev/full", "w") as full:
        full.write("x")
        full.flush()


def no_permission(path, *_, **__):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def unchanged_after(house, call):
    before = content(house.root)
    outcome = call()
    assert content(house.root) == before
    return outcome


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("step", ["write_bytes", "write_text", "rename"])
@pytest.mark.parametrize("is_first", [False, True], ids=["with a previous report", "the first report"])
def test_a_full_disk_leaves_nothing_half_written(house, quick, monkeypatch, step, is_first):
    if is_first:
        shutil.rmtree(house.reports / "tiny")
    original = getattr(Path, step)
    monkeypatch.setattr(
        Path, step, lambda path, *rest, **named: no_space() if path.name != "tiny" and path.name != "old" else
        original(path, *rest, **named)
    )  # fmt: skip
    outcome = unchanged_after(house, lambda: house.casestudy("run", "tiny"))
    refused(outcome, "disk is full")


def test_no_permission_to_write_is_said_with_the_place(house, quick, monkeypatch):
    monkeypatch.setattr(tempfile, "mkdtemp", lambda suffix=None, prefix=None, dir=None: no_permission(dir))
    outcome = unchanged_after(house, lambda: house.casestudy("run", "tiny"))
    refused(outcome, "no permission to write", house.reports, "--out")


def test_a_notebook_with_two_tables_of_one_name_is_refused(house, monkeypatch):
    def execute(case, parameters, *_):
        notebook = executed_notebook(parameters)
        notebook.cells.append(notebook.cells[2])
        return notebook

    monkeypatch.setattr(run, "_execute", execute)
    refused(unchanged_after(house, lambda: house.casestudy("run", "tiny")), "'levels'", "name")


def test_an_interrupt_after_the_notebook_leaves_the_previous_report(house, quick, monkeypatch):
    """The notebook is done, the report is being built: Ctrl-C still means that nothing was replaced."""
    execute = run._execute

    def interrupted(case, parameters, folder, on_progress, kernels):
        notebook = execute(case, parameters, folder, on_progress, kernels)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        deadline = threading.Event()
        while not kernels.stopped:
            assert not deadline.wait(0.001)
        return notebook

    monkeypatch.setattr(run, "_execute", interrupted)
    outcome = unchanged_after(house, lambda: house.casestudy("run", "tiny"))
    assert outcome.code == 130
    assert "interrupted" in outcome.err


def test_results_that_cannot_be_computed_are_one_line_and_replace_nothing(house, quick, monkeypatch):
    def solve(parameters):
        raise ValueError("no lot gives it: change the turnover")

    monkeypatch.setattr(cases.load("tiny"), "solve", solve)
    before = content(house.reports)
    refused(house.casestudy("run", "tiny"), "tiny: no lot gives it: change the turnover")
    assert content(house.reports) == before


# With a kernel


def test_a_notebook_is_run_from_any_folder_and_twice_the_same(house, tmp_path, monkeypatch):
    write_notebook(
        house.root, "tiny", "import pandas as pd\nfrom casestudy import artifacts, figures", SHOW_TABLE, SHOW_FIGURE
    )
    monkeypatch.chdir(tmp_path)
    reports = []
    for _ in range(2):
        outcome = house.casestudy("run", "tiny")
        assert outcome == (0, "", f"tiny: 1 tables and 1 figures in {house.reports / 'tiny'}\n")
        reports.append({path: kept for path, kept in content(house.reports / "tiny").items() if path != "tiny.ipynb"})
    assert reports[0] == reports[1]
    assert reports[0]["tables/levels.csv"] == b"reorder_point_usd\n15435\n"
    assert content(tmp_path).keys() - {"house"} == {f"house/{path}" for path in content(house.root)}


def test_a_temporary_folder_whose_name_is_too_long_for_a_socket_is_no_reason_to_fail(house, tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert house.casestudy("run", "tiny").code == 0
    assert list(deep.iterdir()) == []


def test_a_run_does_not_wait_for_a_grammar_that_no_notebook_needs(checkout, short_tmp):
    """jsonschema's optional formats pull in rfc3987_syntax, which takes a second to load."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "TMPDIR": str(short_tmp)}
    command = [sys.executable, "-X", "importtime", "-m", "casestudy", "run", "tiny"]
    ran = subprocess.run(command, env=environment, cwd=checkout.parent, capture_output=True, text=True, timeout=120)
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert ran.returncode == 0
    assert "papermill" in loaded
    assert not [name for name in loaded if name.startswith(("rfc3987_syntax.", "lark"))]
    assert (checkout / "reports" / "tiny" / "tables" / "levels.csv").is_file()


def test_the_notebook_gets_the_variation_and_progress_is_told_cell_by_cell(house):
    write_notebook(house.root, "tiny", "import pandas as pd\nfrom casestudy import artifacts", SHOW_TABLE)
    told = []
    values = {"lead_time_days": 20, "weights": [0.5, 0.5]}
    (report,) = run.run(["tiny"], values, house.root / "out", on_progress=told.append)
    assert (report.folder / "tables" / "levels.csv").read_text() == "reorder_point_usd\n20580\n"
    assert [step.cell for step in told] == sorted(step.cell for step in told)
    assert {step.cells for step in told} == {told[-1].cell}
    assert told[-1].line == SHOW_TABLE.strip().splitlines()[0]
    executed = nbformat.read(report.folder / "tiny.ipynb", as_version=4)
    assert any("weights = [0.5, 0.5]" in cell.source for cell in executed.cells)


FAILING = ["x = 1", "# how many days?\n1 / (lead_time_days - lead_time_days)"]


@pytest.mark.parametrize("variation", [[], ["-p", "lead_time_days=20"]], ids=["as printed", "a variation"])
def test_a_failing_notebook_is_named_with_its_cell_and_its_error(house, variation):
    write_notebook(house.root, "tiny", *FAILING)
    out = ["--out", house.root / "out"]
    house.casestudy("run", "other", *out)
    before = content(house.reports), content(house.root / "out")
    message = refused(
        house.casestudy("run", "tiny", *variation, *out), "tiny.ipynb", "ZeroDivisionError: division by zero"
    )
    assert "cell 4 (# how many days?)" in message
    assert (content(house.reports), content(house.root / "out")) == before


def test_a_failing_notebook_leaves_its_previous_report_and_lets_the_others_finish(house):
    write_notebook(house.root, "tiny", 'raise ValueError("first line\\nsecond line")')
    before, read_me = content(house.reports / "tiny"), (house.root / "README.md").read_bytes()
    outcome = house.casestudy("run")
    assert outcome.code == 2
    done, failed = outcome.err.splitlines()
    assert done.startswith("other: 1 tables")
    assert "ValueError: first line second line" in failed
    assert content(house.reports / "tiny") == before
    assert (house.root / "README.md").read_bytes() == read_me
    assert sorted(path.name for path in house.reports.iterdir()) == ["other", "tiny"]


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda path: path.unlink(), ["is missing"]),
        (lambda path: path.write_text("<<<<<<< HEAD\n" + path.read_text()), ["JSON"]),
        (lambda path: path.write_text(path.read_text().replace('"python3"', '"conda-env-mine"')), ["conda-env-mine"]),
        (
            lambda path: path.write_text(path.read_text().replace("x = 1", "import os; os._exit(1)")),
            ["cell 3 (import os; os._exit(1))", "Kernel died"],
        ),
    ],
    ids=["missing", "in a merge conflict", "for a kernel of someone's own", "whose kernel dies"],
)
def test_a_notebook_that_cannot_be_run_at_all_is_named_with_the_reason(house, break_it, words):
    write_notebook(house.root, "tiny", "x = 1")
    break_it(house.root / "notebooks" / "tiny.ipynb")
    outcome = unchanged_after(house, lambda: house.casestudy("run", "tiny"))
    refused(outcome, "tiny.ipynb", *words)


# Ctrl-C

WAIT = """
import os, socket
line = socket.create_connection(("127.0.0.1", {port}))
line.sendall(b"running")
line.recv(1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_stops_the_kernels_and_leaves_the_previous_reports(checkout, short_tmp):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        for case in ("tiny", "other"):
            write_notebook(checkout, case, WAIT.format(port=server.getsockname()[1]))
        before = content(checkout)
        environment = {**os.environ, "PYTHONPATH": str(checkout), "TMPDIR": str(short_tmp)}
        process = subprocess.Popen(
            [sys.executable, "-m", "casestudy", "run", "--jobs", "2"],
            cwd=checkout, env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        kernels = [server.accept()[0] for _ in range(2)]
        for kernel in kernels:
            kernel.settimeout(60)
            assert kernel.recv(100) == b"running"
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    for kernel in kernels:
        assert kernel.recv(1) == b"", "the kernel still lives"
        kernel.close()
    assert process.returncode == 130
    assert said == "casestudy: interrupted; what was not finished is as it was\n"
    assert content(checkout) == before
    assert list(short_tmp.iterdir()) == []


def test_an_interrupt_outside_a_run_is_said_in_one_line(casestudy, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(cases, "names", interrupted)
    assert casestudy("list") == (130, "", "casestudy: interrupted; what was not finished is as it was\n")


# The progress bar


def test_the_bar_shows_the_running_cell_letter_by_letter(monkeypatch):
    terminal = Console(file=io.StringIO(), force_terminal=True, width=200)
    monkeypatch.setattr(progress, "Console", lambda stderr: terminal)
    with progress.bars(["tiny"]) as on_progress:
        on_progress(run.Progress("tiny", 2, 3, "x = weights[/bold] [red]"))
        on_progress._display.refresh()
        on_progress.finished(run.Report("tiny", Path("[here]"), 1, 2))
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.file.getvalue())
    assert "x = weights[/bold] [red]" in shown
    assert "1/3" in shown
    assert "tiny: 1 tables and 2 figures in [here]" in shown
