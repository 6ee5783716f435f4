"""The command line: one thin function a command; imports what it needs when it is called."""

import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from casestudy import __version__
from casestudy.errors import CasestudyError

app = typer.Typer(
    name="casestudy",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Published inventory case studies: run, vary and audit them.",
    epilog="Example: casestudy run puyo_toy_store -p lead_time_days=20",
)
INTERRUPTED = 130  # what typer makes of Ctrl-C
_state = {"debug": False}

Cases = Annotated[list[str] | None, typer.Argument(metavar="CASE", help="Cases; all of them by default.")]


class Format(StrEnum):
    """How `audit` prints the ledger."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def _print_version(wanted: bool):
    if wanted:
        print(f"casestudy {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
):
    _state["debug"] = debug


@app.command("list")
def list_cases():
    """List the cases, a line each."""
    from casestudy import cases

    width = max(map(len, cases.names()))
    for name in cases.names():
        print(f"{name:<{width}}  {cases.load(name).SUMMARY}")


@app.command()
def show(case: Annotated[str, typer.Argument(metavar="CASE", help="The case.")]):
    """Show a case's citation and its parameters: default, bounds, unit, meaning."""
    from casestudy import cases

    module = cases.load(case)
    print(f"{module.TITLE}\n{module.CITATION}\n")
    rows = module.Parameters.describe()
    heads = ["parameter", "default", "bounds", "unit", "source", "meaning"]
    cells = [
        [row["name"], _plain(row["default"]), row["bounds"], row["unit"], row["source"], row["meaning"]] for row in rows
    ]
    widths = [max(len(line[column]) for line in [heads, *cells]) for column in range(len(heads))]
    for line in [heads, *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@app.command()
def run(
    case: Cases = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Change a parameter; repeatable."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", metavar="params.yaml", help="Parameters from a YAML file; -p wins.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the case folders go: reports/ by default, variations/ID/ for a variation.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Notebooks at a time; one a processor by default.")
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Write every figure as PNG too.")] = False,
):
    """Run notebooks into report folders: tables, figures, results, audit, and the page to read."""
    from casestudy import cases, parameters
    from casestudy.workflows import progress
    from casestudy.workflows.run import run as run_cases

    values = parameters.read_file(file) if file else {}
    values |= dict(parameters.read_assignment(text) for text in parameter or [])
    names = list(dict.fromkeys(case or cases.names()))
    with progress.bars(names) as on_progress:
        for report in run_cases(names, values, out, jobs, ("svg", "png") if png else ("svg",), on_progress):
            on_progress.finished(report)


@app.command()
def audit(
    case: Cases = None,
    format: Annotated[Format, typer.Option("--format", help="How the ledger is printed.")] = Format.TABLE,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 where a verdict differs from the committed reports/CASE/audit.csv.")
    ] = False,
):
    """Print the ledger: every printed number, recomputed, with its verdict."""
    from casestudy import audit, cases
    from casestudy.workflows import committed

    ledgers = {name: audit.ledger(name) for name in case or cases.names()}
    print(audit.formatted(ledgers, format.value))
    if check:
        differences = [line for name, ledger in ledgers.items() for line in committed.differences(name, ledger)]
        for line in differences:
            print(line, file=sys.stderr)
        if differences:
            raise typer.Exit(1)


def _plain(value):
    if isinstance(value, tuple):
        return "[" + ", ".join(f"{item:g}" for item in value) + "]"
    return value if isinstance(value, str) else f"{value:.10g}"


def main():
    """Run the command line; a mistake the reader can mend is one line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (CasestudyError, OSError) as error:
        if _state["debug"]:
            traceback.print_exc()
        print(f"casestudy: {_message(error)}", file=sys.stderr)
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            print("casestudy: interrupted; what was not finished is as it was", file=sys.stderr)
        raise


def _message(error):
    if not isinstance(error, OSError):
        return str(error)
    import errno

    place = error.filename or "the output's folder"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission to write {place}: choose another --out, or change its permissions"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full at {place}: free some space, or choose another --out"
    return f"{place}: {error.strerror or error}"
