"""Collect a class and write its pages into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path

from ..core import UserError, kind_of
from .class_page import ClassReport
from .collecting import Collected, Progress, collect
from .page_parts import INDEX
from .report_folder import ReportFolder


def _silent(done: int, of: int) -> None:
    """Show no progress."""


def class_report(
    paths: str | Path | Iterable[str | Path],
    *,
    roster: str | Path | None = None,
    names: bool = False,
    executor: Executor | None = None,
) -> ClassReport:
    """Read what a class handed in, and return the report on it; nothing is written.

    Parameters
    ----------
    paths : str, Path, or iterable of these
        Downloads, pages to hand in, folders of them, and the zip archive that Moodle or Canvas gives.
    roster : str or Path, optional
        A CSV file with a row for each student, as the LMS exports it.
    names : bool
        Whether the report shows names; by default numbers, because a notebook stores what it shows.
    executor : concurrent.futures.Executor, optional
        Where the files are read; by default in processes of this machine.

    Returns
    -------
    ClassReport
        The report, which displays as a page.

    Raises
    ------
    UserError
        If there is no work in the files, or the roster cannot be read.

    Examples
    --------
    >>> class_report("no-such-file.zip")
    Traceback (most recent call last):
    helpers.core.errors.UserError: No work could be read. no-such-file.zip is not there.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    found = collect(several, roster=Path(roster) if roster else None, executor=executor)
    return ClassReport(_require_work(found), names=names)


def write_class(
    paths: Iterable[Path],
    folder: Path,
    *,
    roster: Path | None = None,
    names: bool = True,
    executor: Executor | None = None,
    progress: Progress = _silent,
    check: Callable[[ClassReport], object] = lambda report: None,
) -> ClassReport:
    """Read what a class handed in, and write the report into a folder.

    Students whom an earlier run found keep their numbers. ``check`` is called before anything is written. Raises
    `UserError`, and writes nothing, if there is no work in the files, the roster cannot be read, or the folder has
    files of the same names that were not made there.
    """
    place = ReportFolder(folder)
    found = collect(paths, roster=roster, known=place.known, executor=executor, leave_out=folder, progress=progress)
    report = ClassReport(_require_work(found), names=names)
    check(report)
    place.write(report.pages(_there(place)), found.known)
    return report


def link_pages(report: ClassReport, folder: Path) -> None:
    """Write the first page of the report again, with links to the pages that were made beside it since."""
    place = ReportFolder(folder)
    place.write({INDEX: report.index(_there(place))}, place.known)


def _there(place: ReportFolder) -> list[str]:
    """List the files that were made in the folder of a class and are still there."""
    return [name for name in place.made if kind_of(place.path / name) == "file"]


def _require_work(found: Collected) -> Collected:
    """Raise `UserError` if nothing was read."""
    if not found.result.students:
        said = " ".join(f"{place} {why}." for place, why in found.troubles[:5])
        raise UserError(f"No work could be read. {said}".strip())
    return found
