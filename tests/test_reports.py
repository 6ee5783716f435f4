"""The committed record: reports, notebooks and README agree with each other and with what is computed now."""

import hashlib
import json

import nbformat
import pytest

from casestudy import artifacts, audit, cases, datasets
from casestudy.workflows import readme
from casestudy.workflows.run import NOTEBOOKS, REPORTS


@pytest.fixture(params=cases.names())
def case(request):
    return request.param


def test_a_report_holds_what_its_notebook_displays(case):
    notebook = nbformat.read(NOTEBOOKS / f"{case}.ipynb", as_version=4)
    collected = {artifact.path: artifact.content for artifact in artifacts.collect(notebook)}
    committed = {
        path.relative_to(REPORTS / case).as_posix(): path.read_bytes()
        for path in (REPORTS / case).rglob("*")
        if path.suffix in (".csv", ".svg") and path.name != "audit.csv"
    }
    assert collected == committed


def test_results_json_has_the_hash_of_every_artefact_and_data_file(case):
    results = json.loads((REPORTS / case / "results.json").read_text(encoding="utf-8"))
    for path, digest in results["artefacts"].items():
        assert hashlib.sha256((REPORTS / case / path).read_bytes()).hexdigest() == digest, path
    assert results["data"] == datasets.hashes(case)


def test_results_json_has_the_results_of_the_default_parameters(case):
    results = json.loads((REPORTS / case / "results.json").read_text(encoding="utf-8"))
    module = cases.load(case)
    assert results["parameters"] == module.Parameters().model_dump(mode="json")
    assert results["results"] == pytest.approx(module.solve(module.Parameters()), rel=1e-9)


def test_the_committed_ledger_is_the_ledger(case):
    assert (REPORTS / case / "audit.csv").read_text(encoding="utf-8") == audit.to_csv(audit.ledger(case))


def test_the_readme_has_the_table_of_verdicts():
    text = readme.README.read_text(encoding="utf-8")
    assert readme.with_verdicts(text) == text
