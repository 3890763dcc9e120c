"""The command line: ``python -m helpers check``, ``worksheet``, ``export-tei``, ``agreement``, ``class``,
``clean``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from .annotation import agreement
from .classroom import counted, give_back, is_marks_file, write_class
from .core import (
    Markup,
    UserError,
    element,
    kind_of,
    lessons_folder,
    neutralised,
    put_file,
    read_unchanged,
    standalone_page,
    texts_folder,
    write_new_file,
)
from .course import check_course
from .portfolio import clean_notebook, recorded_words
from .questions import questions
from .texts import load_text, to_tei
from .worksheets import answer_key, worksheet


def show_wordings() -> int:
    """Print the hash of the wording of every question, for ``same_as`` in a question file."""
    for one in questions():
        print(f"{one.id:>6}  {one.asked}  {' '.join(one.prompt.split())[:60]}")
    return 0


def check(*, everything: bool = False) -> int:
    """Print the folders and the problems in them, all or the first of each file; return 1 if there are any, else 0."""
    print(f"texts   {texts_folder()}")
    print(f"lessons {lessons_folder()}")
    report = check_course()
    for problem in report.shown(everything=everything):
        print(f"- {problem}")
    if report.problems:
        print(f"{len(report.problems)} problem(s).")
    else:
        print("All texts, tables and questions are in order.")
    print(report.read)
    return 1 if report.problems else 0


def export_tei(name: str, output: Path | None = None, *, force: bool = False) -> int:
    """Write a text as TEI P5, to a file or to the terminal; `force` replaces an existing file."""
    return _give(to_tei(load_text(name)), output, force=force)


def write_worksheet(
    name: str, output: Path | None = None, *, key: bool = False, strips: bool = False, force: bool = False
) -> int:
    """Write a lesson as a page to print, or its answer key; `force` replaces an existing file."""
    if output is None and sys.stdout.isatty():
        raise UserError(
            f"A worksheet is too long for the terminal. Name a file: python -m helpers worksheet {name} -o page.html"
        )
    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise UserError(
            f"A worksheet is a web page, so its name must end in .html. Name it {output.with_suffix('.html')}."
        )
    page = answer_key(name, strips=strips) if key else worksheet(name, strips=strips)
    _give(page, output, force=force)
    if output is not None:
        print(f"{output} is written. Open it in a browser and print it.")
    return 0


def show_agreement(name: str, files: list[Path], output: Path, *, names: bool = False, force: bool = False) -> int:
    """Write a page that shows where several readers of a text agree and differ."""
    text = load_text(name)
    found = agreement(files, text, names=names)
    title = f"{text.title}: what {len(found.readers)} readers marked"
    write_new_file(
        output,
        standalone_page(title, element("h1", title), Markup(found._repr_html_())),
        force=force,
        replace_with="--force",
    )
    print(f"{len(found.readers)} readers: {output}")
    return 0


def _progress(done: int, of: int) -> None:
    """Draw a bar on the terminal; none if the messages go elsewhere."""
    if sys.stderr.isatty() and of and (done == of or done * 200 // of != (done - 1) * 200 // of):
        filled = 30 * done // of
        end = "\n" if done == of else ""
        print(f"\r[{'#' * filled}{' ' * (30 - filled)}] {100 * done // of}%", end=end, file=sys.stderr, flush=True)


def report_class(given: argparse.Namespace) -> int:
    """Write the report on what a class handed in, take in marks, and write what is marked from and what goes back.

    Says in one line each what could not be read, and at the end what was written.
    """
    marks = [path for path in given.paths if path.suffix.casefold() == ".csv" and is_marks_file(path)]
    paths = [path for path in given.paths if path not in marks]
    folder: Path = given.output
    report = write_class(paths, folder, roster=given.roster, names=not given.numbers, progress=_progress)
    found = report.collected
    for place, said in found.troubles:
        print(neutralised(f"- {place} {said}"), file=sys.stderr)
    if found.missing:
        print(f"Without a file: {neutralised('; '.join(found.missing))}", file=sys.stderr)
    back = give_back(
        report.results,
        folder,
        marks=marks,
        gradebook=given.gradebook,
        grade=given.grade,
        markers=given.markers,
        names=not given.numbers,
        each_question=given.each_question,
        missing_as_zero=given.missing_as_zero,
    )
    for said in back.said:
        print(neutralised(f"- {said}"), file=sys.stderr)
    said = f"{counted(len(report.results), 'student')}, {counted(found.files, 'file')}: {folder / 'index.html'}."
    remarks = f" Not read, or with a remark: {len(found.troubles)}, listed above." if found.troubles else ""
    print(f"{said}{remarks} {back.summary}")
    return 0


def _notebooks(named: Iterable[Path]) -> list[Path]:
    """List notebooks and those in folders, each with the copy that JupyterLab keeps of it."""
    found = []
    for path in named:
        if kind_of(path) == "folder":
            found += sorted(one for one in path.rglob("*.ipynb") if kind_of(one) == "file")
        else:
            copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
            found += [path, *([copy] if kind_of(copy) == "file" else [])]
    return list(dict.fromkeys(path.resolve() for path in found))


_UNSURE = "Look through the outputs of code of your own: words that it showed in other ways are not all recognised."


def clean(named: list[Path], *, yes: bool = False) -> int:
    """Take a person’s words out of the stored outputs of notebooks, after asking."""
    cleaned, skipped, recorded = {}, [], recorded_words()
    for path in _notebooks(named or [lessons_folder()]):
        try:
            cleaned[path] = clean_notebook(read_unchanged(path), str(path), recorded)
        except UserError as error:
            skipped.append(f"Skipped: {error}")
    read = len(cleaned)
    cleaned = {path: one for path, one in cleaned.items() if one.count}
    for why in skipped:
        print(why, file=sys.stderr)
    if not cleaned:
        print(f"Notebooks read: {read}. No output was found that holds a person’s words. {_UNSURE}")
        return 1 if skipped else 0
    for path, one in cleaned.items():
        print(f"- {path}: {one.count} output{'' if one.count == 1 else 's'}")
    print(
        "These stored outputs hold, or may hold, words that a person recorded. Cleaning takes the words out of the "
        "outputs. The workbook and what was typed into code cells stay as they are. Close the notebooks first."
    )
    try:
        agreed = yes or input("Clean them? [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        agreed = False
    if not agreed:
        print("Nothing was changed. To clean without the question, add --yes.")
        return 1
    for path, one in cleaned.items():
        try:
            put_file(path, one.text.encode("utf-8"), private=not path.stat().st_mode & 0o077)
        except OSError as error:
            raise UserError(f"{path} could not be written: {error.strerror}. It was not changed.") from error
    print(f"Cleaned: {len(cleaned)} notebook{'' if len(cleaned) == 1 else 's'}. {_UNSURE}")
    return 1 if skipped else 0


def _give(words: str, output: Path | None, *, force: bool) -> int:
    """Write to a file, or to the terminal if there is none."""
    if output is not None:
        write_new_file(output, words, force=force, replace_with="--force")
        return 0
    if hasattr(sys.stdout, "reconfigure"):  # a Windows terminal may use another encoding
        sys.stdout.reconfigure(encoding="utf-8")
    print(words, end="")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a `UserError` is printed without a traceback."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers", description="Check the texts and lessons, and write pages from them."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    checked = commands.add_parser(
        "check",
        help="check that texts, tables, question files and lessons can be read and that what they name exists",
    )
    checked.add_argument(
        "--wordings",
        action="store_true",
        help="instead print the hash of every question’s wording, for “same_as” in a question file",
    )
    checked.add_argument("--all", action="store_true", help="show all problems, not only the first 20 of each file")
    sheet = commands.add_parser("worksheet", help="write a lesson as a page to print, or its answer key")
    sheet.add_argument("lesson", metavar="LESSON", help="its number, its name, or the path of its notebook")
    sheet.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the .html file to write; without it, the terminal"
    )
    sheet.add_argument(
        "--key", action="store_true", help="write the answer key, for the instructor, instead of the page"
    )
    sheet.add_argument("--strips", action="store_true", help="add the texts of the lesson in strips to cut out")
    sheet.add_argument("--force", action="store_true", help="replace the file if it exists")
    tei = commands.add_parser("export-tei", help="write a text as TEI P5")
    tei.add_argument("text", metavar="ID_OR_FILE")
    tei.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write; without it, the terminal")
    tei.add_argument("--force", action="store_true", help="replace the file if it exists")
    marks = commands.add_parser(
        "agreement", help="write a web page that shows where several readers of a text agree and differ"
    )
    marks.add_argument("text", metavar="ID_OR_FILE")
    marks.add_argument(
        "files", metavar="DOWNLOAD", type=Path, nargs="+", help="a .jsonl file that a student downloaded"
    )
    marks.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="the .html file to write")
    marks.add_argument("--names", action="store_true", help="show the names of readers instead of numbers")
    marks.add_argument("--force", action="store_true", help="replace the file if it exists")
    handed = commands.add_parser("class", help="write the report on what a class handed in, for the instructor")
    handed.add_argument(
        "paths",
        metavar="PATH",
        type=Path,
        nargs="+",
        help="downloads, pages to hand in, folders of them, the zip archive from Moodle or Canvas; files with marks",
    )
    handed.add_argument("-o", "--output", type=Path, metavar="FOLDER", required=True, help="the folder to write")
    handed.add_argument("--roster", type=Path, metavar="CSV", help="a file with a row for each student, from the LMS")
    handed.add_argument("--numbers", action="store_true", help="show numbers instead of names")
    handed.add_argument(
        "--markers",
        metavar="NAME",
        nargs="+",
        default=[],
        help="deal out the class to several markers, a page for each",
    )
    handed.add_argument(
        "--gradebook", type=Path, metavar="CSV", help="the file that Canvas or Moodle exported, to fill in the points"
    )
    handed.add_argument(
        "--grade", metavar="COLUMN", default="", help="the column of “grades” in texts/course.yaml that Moodle gets"
    )
    handed.add_argument("--each-question", action="store_true", help="give each question a column in the grades")
    handed.add_argument(
        "--missing-as-zero", action="store_true", help="count an answer that was not handed in as zero in the grades"
    )
    notebooks = commands.add_parser(
        "clean", help="take the words of a person out of stored outputs, where the first edition left them"
    )
    notebooks.add_argument(
        "notebooks", metavar="NOTEBOOK", type=Path, nargs="*", help="notebooks or folders; by default the lessons"
    )
    notebooks.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    try:
        if given.command == "worksheet":
            return write_worksheet(given.lesson, given.output, key=given.key, strips=given.strips, force=given.force)
        if given.command == "export-tei":
            return export_tei(given.text, given.output, force=given.force)
        if given.command == "agreement":
            return show_agreement(given.text, given.files, given.output, names=given.names, force=given.force)
        if given.command == "class":
            return report_class(given)
        if given.command == "clean":
            return clean(given.notebooks, yes=given.yes)
        return show_wordings() if given.wordings else check(everything=given.all)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
