"""A progress bar a notebook with the cell that is running; plain lines where there is no terminal."""

from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def bars(case_names):
    """A context that draws the bars; its value is called with a run's Progress and, as `.finished`, with a Report."""
    console = Console(stderr=True)
    columns = [
        TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[line]}"),
    ]  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as display:
        yield _Bars(display, {name: display.add_task(name, total=None, line="starting") for name in case_names})


class _Bars:
    def __init__(self, display, tasks):
        self._display, self._tasks = display, tasks

    def __call__(self, progress):
        self._display.update(
            self._tasks[progress.case],
            completed=progress.cell - 1,
            total=progress.cells,
            line=escape(progress.line[:60]),
        )

    def finished(self, report):
        task = self._display.tasks[self._tasks[report.case]]
        self._display.update(task.id, completed=task.total, line="done")
        self._display.console.print(
            f"{report.case}: {report.tables} tables and {report.figures} figures in {report.folder}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
