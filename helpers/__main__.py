"""The command line: ``python -m helpers COMMAND``; `COMMANDS` lists the commands, with their help.

Exit codes: 0 if the command did what it should; 1 if it found problems, or could not do it and says why; 2 if it was
not written as its help says; 130 if it was stopped with Ctrl+C.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any, NoReturn

from .annotation import agreement
from .classroom import ClassReport, check_giving_back, counted, give_back, is_marks_file, link_pages, write_class
from .core import (
    MOST_LISTED,
    Markup,
    UserError,
    element,
    kind_of,
    lessons_folder,
    listed,
    neutralised,
    put_file,
    read_file,
    read_unchanged,
    shortened,
    standalone_page,
    texts_folder,
    typed_path,
    write_files,
    write_new_file,
)
from .course import (
    BINDER,
    ENCODINGS,
    NBGRADER_CONFIG,
    QUIZ_FORMATS,
    START,
    Link,
    SiteFolder,
    assignment_sheet,
    binder_link,
    check_course,
    handout,
    nbgitpuller_link,
    nbgrader_assignment,
    new_module,
    quiz_file,
    reference_pages,
    refresh,
    rights_of_texts,
    unlock,
    web_edition,
)
from .portfolio import clean_notebook, recorded_words
from .questions import questions
from .texts import load_text, to_tei
from .worksheets import answer_key, worksheet


def say(words: object, *, error: bool = False) -> None:
    """Print one line: control characters and line ends in it become visible, so that no name can write lines itself."""
    line = re.sub(r"\s*\n\s*", " ⏎ ", shortened(words).strip("\n"))
    print(line, file=sys.stderr if error else sys.stdout)


class _Parser(argparse.ArgumentParser):
    """A parser whose messages repeat no control characters of what was typed."""

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ANN401 - as in argparse
        super()._print_message(neutralised(message), file)

    def error(self, message: str) -> NoReturn:
        super().error(shortened(message))


def show_wordings() -> int:
    """Print the hash of the wording of every question, for ``same_as`` in a question file."""
    for one in questions():
        say(f"{one.id:>6}  {one.asked}  {' '.join(one.prompt.split())[:60]}")
    return 0


def check(*, everything: bool = False) -> int:
    """Print the folders and the problems in them, all or the first of each file; return 1 if there are any, else 0."""
    say(f"texts   {texts_folder()}")
    say(f"lessons {lessons_folder()}")
    report = check_course()
    for problem in report.shown(everything=everything):
        say(f"- {problem}")
    if report.problems:
        say(f"{len(report.problems)} problem(s).")
    else:
        say("All texts, tables and questions are in order.")
    say(report.read)
    return 1 if report.problems else 0


def make_new_module(folder: Path, texts: list[Path], *, language: str, encoding: str) -> int:
    """Write a new module, and say how to go on."""
    made = new_module(folder, texts, language=language, encoding=encoding)
    say(f"{folder} is written: a module with a first lesson, which has run. Its results are stored.")
    for note in made.notes:
        say(note)
    say(f"Look whether the words are right: {', '.join(str(folder / 'texts' / name) for name in made.files)}")
    say(f"Go on with {folder / 'README.md'}: it opens the lesson, and says what to fill in.")
    return 0


def refresh_lessons(lessons: list[str], *, to_edit: bool = False) -> int:
    """Run lessons and store their results, or unlock their prose."""
    if to_edit:
        for path in unlock(lessons):
            say(f"lessons/{path.name}: its words can be changed. Then run python -m helpers refresh.")
        return 0
    for path in refresh(lessons):
        say(f"lessons/{path.name}: run, and its results are stored. Close it in JupyterLab and open it again.")
    return 0


def write_reference(folder: Path, *, force: bool = False) -> int:
    """Write the pages about question files and tables."""
    pages = reference_pages()
    write_files(
        folder, {name: words.encode("utf-8") for name, words in pages.items()}, force=force, replace_with="--force"
    )
    say(f"{' and '.join(str(folder / name) for name in pages)}: written.")
    return 0


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
    _check_ending(output, "A worksheet is a web page", ".html", ".htm")
    page = answer_key(name, strips=strips) if key else worksheet(name, strips=strips)
    _give(page, output, force=force)
    if output is not None:
        say(f"{output} is written. Open it in a browser and print it.")
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
    say(f"{len(found.readers)} readers: {output}")
    return 0


def _progress(done: int, of: int) -> None:
    """Draw a bar on the terminal; none if the messages go elsewhere."""
    if sys.stderr.isatty() and of and (done == of or done * 200 // of != (done - 1) * 200 // of):
        filled = 30 * done // of
        end = "\n" if done == of else ""
        print(f"\r[{'#' * filled}{' ' * (30 - filled)}] {100 * done // of}%", end=end, file=sys.stderr, flush=True)


_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".numbers")
_ABOUT_TABLES = (
    "Marks are a CSV file with the columns number (or student, or name), question and points; in Excel, Save As → “CSV "
    "UTF-8”. A roster goes after --roster, the file of an LMS after --gradebook."
)


def report_class(given: argparse.Namespace) -> int:
    """Write the report on what a class handed in, take in marks, and write what is marked from and what goes back.

    Says in one line each what could not be read, and at the end what was written. Returns 1 if marks could not be
    read, else 0: a student who hands in something else is no mistake of the instructor.
    """
    marks = [path for path in given.paths if path.suffix.casefold() in (*_TABLES, ".txt") and is_marks_file(path)]
    others = [path for path in given.paths if path not in marks and path.suffix.casefold() in _TABLES]
    paths = [path for path in given.paths if path not in (*marks, *others)]
    for path in others:
        if kind_of(path) != "file":
            paths.append(path)
        elif path not in (given.roster, given.gradebook):
            say(f"- {path.name} is no table of marks, and was not read. {_ABOUT_TABLES}", error=True)
    folder: Path = given.output
    if given.gradebook:
        read_unchanged(given.gradebook, table=True)  # one that cannot be read is told before the class is read

    def check(report: ClassReport) -> None:
        check_giving_back(
            report.results,
            folder,
            gradebook=given.gradebook,
            grade=given.grade,
            markers=given.markers,
            each_question=given.each_question,
        )

    report = write_class(paths, folder, roster=given.roster, names=not given.numbers, progress=_progress, check=check)
    found = report.collected
    for place, said in found.troubles:
        say(f"- {place} {said}", error=True)
    if found.missing:
        say(f"Without a file: {listed(found.missing, '; ', most=200)}", error=True)
    if found.unread:
        say(f"Handed in, but nothing that can be read: {listed(found.unread, '; ', most=200)}", error=True)
    if found.unlisted:
        called = [report.called(one.student) for one in report.results if one.student.key in found.unlisted]
        say(f"Handed in, but not on the roster: {listed(called, '; ', most=200)}", error=True)
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
    link_pages(report, folder)
    for said in back.said:
        say(f"- {said}", error=True)
    said = f"{counted(len(report.results), 'student')}, {counted(found.files, 'file')}: {folder / 'index.html'}."
    remarks = f" Not read, or with a remark: {len(found.troubles)}, listed above." if found.troubles else ""
    say(f"{said}{remarks} {back.summary}")
    return 0 if back.whole else 1


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
    for why in skipped[:MOST_LISTED]:
        say(why, error=True)
    if skipped[MOST_LISTED:]:
        say(f"Skipped: {len(skipped) - MOST_LISTED:,} more.", error=True)
    if not cleaned:
        say(f"Notebooks read: {read}. No output was found that holds a person’s words. {_UNSURE}")
        return 1 if skipped else 0
    for path, one in cleaned.items():
        say(f"- {path}: {one.count} output{'' if one.count == 1 else 's'}")
    say(
        "These stored outputs hold, or may hold, words that a person recorded. Cleaning takes the words out of the "
        "outputs. The workbook and what was typed into code cells stay as they are. Close the notebooks first."
    )
    try:
        agreed = yes or input("Clean them? [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        agreed = False
    if not agreed:
        say("Nothing was changed. To clean without the question, add --yes.")
        return 1
    for path, one in cleaned.items():
        try:
            put_file(path, one.text.encode("utf-8"), private=not path.stat().st_mode & 0o077)
        except OSError as error:
            raise UserError(f"{path} could not be written: {error.strerror}. It was not changed.") from error
    say(f"Cleaned: {len(cleaned)} notebook{'' if len(cleaned) == 1 else 's'}. {_UNSURE}")
    return 1 if skipped else 0


def write_handout(
    lessons: list[str],
    output: Path,
    *,
    keys: bool = True,
    model_answers: bool = True,
    outputs: bool = False,
    force: bool = False,
) -> int:
    """Write a package of lessons for students; `force` replaces an existing file."""
    _check_ending(output, "A package is a zip file", ".zip")
    made = handout(lessons, keys=keys, model_answers=model_answers, outputs=outputs)
    write_new_file(output, made.data, force=force, replace_with="--force")
    for remark in made.remarks:
        say(remark, error=True)
    answers = "all answers" if keys and model_answers else "keys, no model answers" if keys else "no keys, no answers"
    lessons_in = counted(len(made.lessons), "lesson")
    say(f"{output} is written: package {made.mark}, {lessons_in}, {answers}. Students open {START}.")
    say("Give it to your own class (a learning platform behind a login, a shared folder, a stick). It has the texts:")
    _print_rights()
    return 0


def _print_rights() -> None:
    for title, said in rights_of_texts():
        say(f"- {title}: {said or 'nothing is said of rights.'}")


def show_links(repository: str, lesson: str, *, hub: str = "", branch: str = "", binder: str = BINDER) -> int:
    """Print the links to a lesson, and what each needs."""
    found: list[Link] = [nbgitpuller_link(hub, repository, lesson, branch=branch)] if hub else []
    for link in [*found, binder_link(repository, lesson, branch=branch, binder=binder)]:
        say(f"{link.name}:")
        say(link.address)
        for need in link.needs:
            say(f"- {need}")
        say("")
    if not hub:
        say("For a link of nbgitpuller, name the hub: --hub https://hub.example.edu")
    say("Rights. Whoever makes a repository public publishes the texts in it. What their files say:")
    _print_rights()
    say(
        "Where a text may not be published, give your class a package (python -m helpers handout) behind a login, or a "
        "private repository that only your hub reads."
    )
    return 0


def export_quiz(lesson: str, format: str, output: Path, *, force: bool = False) -> int:
    """Write the closed questions of a lesson as a quiz file; what it leaves out is also named on standard error."""
    _check_ending(output, f"A quiz of the format {format} has its own ending", QUIZ_FORMATS[format].ending)
    made = quiz_file(lesson, format)
    write_new_file(output, made.content, force=force, replace_with="--force")
    for less in made.left_out:
        say(less, error=True)
    say(f"{output} is written, with {counted(len(made.questions), 'question')}: {', '.join(made.questions)}.")
    return 0


def write_nbgrader(lesson: str, folder: Path, *, force: bool = False) -> int:
    """Write a lesson as an assignment into the course folder of nbgrader, and the settings that mark it."""
    made = nbgrader_assignment(lesson)
    write_files(folder, made.files, force=force, replace_with="--force")
    say(f"{folder / 'source' / made.name} is written.")
    say(f"Points from recorded answers: {', '.join(made.counted) or 'none'}.")
    say(f"To mark by hand: {', '.join(made.by_hand) or 'none'}.")
    config = folder / NBGRADER_CONFIG
    if kind_of(config) == "nothing":
        write_files(folder, {NBGRADER_CONFIG: made.config.encode("utf-8")})
        say(
            f"{config} is written: it says that lessons are marked from recorded answers, with the keys of this module."
        )
    elif made.config not in read_file(config):
        say(
            f"{config} exists and was not changed. Lessons are marked only when these lines are at its end:", error=True
        )
        for line in made.config.splitlines():
            say(line, error=True)
        return 1
    say(f"Next, in {folder}: nbgrader generate_assignment {made.name}. The points are for taking part, not an exam.")
    return 0


def write_web_edition(
    lessons: list[str],
    folder: Path,
    *,
    results: bool = True,
    answer_at: str | None = None,
    teaching: bool = False,
    force: bool = False,
) -> int:
    """Write the lessons, or the guide for teaching, as a static site; `force` replaces files of an earlier one."""
    if teaching and (lessons or answer_at is not None or not results):
        raise UserError("--teaching writes the guide alone: leave out the lessons, --answer-at and --no-results.")
    site = SiteFolder(folder, teaching=teaching, force=force)
    made = web_edition(lessons, results=results, answer_at=answer_at, teaching=teaching)
    site.write(made.files)
    for problem in made.problems:
        say(f"- {problem}", error=True)
    size = sum(map(len, made.files.values())) / 1e6
    what = "the guide for instructors" if teaching else counted(len(made.lessons), "lesson")
    say(f"{folder / 'index.html'} is written: {what}, {len(made.files)} files, {size:.0f} MB.")
    if teaching:
        say("It has answers in it: put it where students do not look.")
    without = " Without them: --no-results." if results and not teaching else ""
    say(f"Whoever puts it where anybody can get it publishes the texts in it.{without} What their files say:")
    _print_rights()
    return 1 if made.problems else 0


def _check_ending(output: Path | None, what: str, *endings: str) -> None:
    if output is not None and output.suffix.lower() not in endings:
        better = output.with_suffix(endings[0]) if output.name else f"NAME{endings[0]}"
        raise UserError(f"{what}, so its name must end in {endings[0]}. Name it {better}.")


def _give(words: str, output: Path | None, *, force: bool) -> int:
    """Write to a file, or to the terminal if there is none."""
    if output is not None:
        write_new_file(output, words, force=force, replace_with="--force")
        return 0
    if hasattr(sys.stdout, "reconfigure"):  # a Windows terminal may use another encoding
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(words)
    return 0


# ---------------------------------------------------------------- the commands and their arguments


@dataclass(frozen=True)
class Command:
    """A command: what it is for, examples of it, what it takes, and what it does."""

    name: str
    help: str
    examples: tuple[str, ...]  # without “python -m helpers”
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _output(parser: argparse.ArgumentParser, what: str, *, required: bool = True) -> None:
    otherwise = "" if required else "; without it, the terminal"
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=required, help=f"the {what} to write{otherwise}"
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wordings",
        action="store_true",
        help="instead print the hash of every question’s wording, for “same_as” in a question file",
    )
    parser.add_argument("--all", action="store_true", help="show all problems, not only the first 20 of each file")


def _worksheet_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help=_LESSON)
    parser.add_argument(
        "--key", action="store_true", help="write the answer key, for the instructor, instead of the page"
    )
    parser.add_argument("--strips", action="store_true", help="add the texts of the lesson in strips to cut out")
    _output(parser, ".html file", required=False)


def _handout_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lessons", metavar="LESSON", nargs="*", help=f"{_LESSON}; by default all lessons")
    parser.add_argument("--only", metavar="LESSON", nargs="+", default=[], help="only these lessons: for one meeting")
    parser.add_argument(
        "--no-keys",
        action="store_true",
        help="leave keys, explanations and model answers out of the question files: you mark with your own copy",
    )
    parser.add_argument(
        "--no-model-answers", action="store_true", help="leave only the model answers out of the question files"
    )
    parser.add_argument(
        "--outputs", action="store_true", help="keep the stored results, folded until a cell runs; else none"
    )
    parser.add_argument(
        "--sheet", action="store_true", help="write the assignment sheet for students instead: a page, .html"
    )
    parser.add_argument("--due", metavar="WORDS", default="", help="on the sheet: by when to hand in")
    parser.add_argument("--to", metavar="WORDS", default="", help="on the sheet: where to hand in")
    parser.add_argument("--name", metavar="WORDS", default="", help="on the sheet: which name or pseudonym to give")
    _output(parser, "file")


def _handout(given: argparse.Namespace) -> int:
    lessons = [*given.lessons, *given.only]
    if (given.due or given.to or given.name) and not given.sheet:
        raise UserError("--due, --to and --name are words for the assignment sheet. Add --sheet, or leave them out.")
    if given.outputs and given.sheet:
        raise UserError("--outputs is for a package. Leave it out, or --sheet.")
    answers = {"keys": not given.no_keys, "model_answers": not given.no_model_answers}
    if given.sheet:
        _check_ending(given.output, "An assignment sheet is a web page", ".html", ".htm")
        sheet = assignment_sheet(lessons, due=given.due, to=given.to, name=given.name, **answers)
        _give(sheet, given.output, force=given.force)
        say(f"{given.output} is written. Print it, or put it where students find it.")
        return 0
    return write_handout(lessons, given.output, outputs=given.outputs, force=given.force, **answers)


def _link_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", metavar="REPOSITORY", help="the address of the git repository")
    parser.add_argument("lesson", metavar="LESSON", nargs="?", default="", help=f"{_LESSON}; by default the first")
    parser.add_argument("--hub", metavar="ADDRESS", default="", help="the address of a JupyterHub, for nbgitpuller")
    parser.add_argument("--branch", metavar="NAME", default="", help="a branch, by default the main one")
    parser.add_argument("--binder", metavar="ADDRESS", default=BINDER, help=f"another Binder than {BINDER}")


def _quiz_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help=_LESSON)
    parser.add_argument(
        "--format", choices=[*QUIZ_FORMATS], required=True, help="gift or moodle-xml for Moodle, qti for Canvas"
    )
    _output(parser, "file (.txt, .xml or .zip)")


def _nbgrader_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help=_LESSON)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", required=True, help="the course folder of nbgrader"
    )
    parser.add_argument("--force", action="store_true", help="replace the assignment if it exists")


def _web_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lessons", metavar="LESSON", nargs="*", help=f"{_LESSON}; by default all lessons")
    parser.add_argument("--no-results", action="store_true", help="leave out results, tables and worksheets")
    parser.add_argument(
        "--answer-at", metavar="ADDRESS", help="where the lessons run: a hub, Binder, a JupyterLite site"
    )
    parser.add_argument("--teaching", action="store_true", help="write the guide for instructors, a site of its own")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", required=True, help="the folder to write")
    parser.add_argument("--force", action="store_true", help="replace an earlier site of the same kind")


def _tei_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="ID_OR_FILE", help="the id of a text in texts/, or a file")
    _output(parser, "file", required=False)


def _agreement_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="ID_OR_FILE", help="the id of a text in texts/, or a file")
    parser.add_argument(
        "files", metavar="DOWNLOAD", type=Path, nargs="+", help="a page to hand in, or a .jsonl file, of a student"
    )
    parser.add_argument("--names", action="store_true", help="show the names of readers instead of numbers")
    _output(parser, ".html file")


def _class_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH",
        type=Path,
        nargs="+",
        help="downloads, pages to hand in, folders of them, the zip archive from Moodle or Canvas; files with marks",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", required=True, help="the folder to write")
    parser.add_argument("--roster", type=Path, metavar="CSV", help="a file with a row for each student, from the LMS")
    parser.add_argument("--numbers", action="store_true", help="show numbers instead of names")
    parser.add_argument(
        "--markers",
        metavar="NAME",
        nargs="+",
        default=[],
        help="deal out the class to several markers, a page for each",
    )
    parser.add_argument(
        "--gradebook", type=Path, metavar="CSV", help="the file that Canvas or Moodle exported, to fill in the points"
    )
    parser.add_argument(
        "--grade", metavar="COLUMN", default="", help="the column of “grades” in texts/course.yaml that Moodle gets"
    )
    parser.add_argument("--each-question", action="store_true", help="give each question a column in the grades")
    parser.add_argument(
        "--missing-as-zero", action="store_true", help="count an answer that was not handed in as zero in the grades"
    )


def _new_module_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new folder; nothing is overwritten")
    parser.add_argument(
        "--texts",
        metavar=("A", "B"),
        type=Path,
        nargs=2,
        required=True,
        help="two files with the words of the texts: plain text (.txt), Markdown (.md) or TEI (.xml)",
    )
    parser.add_argument(
        "--language", metavar="CODE", default="en", help="of the lessons, such as de; the first lesson is in en or de"
    )
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        default="",
        choices=ENCODINGS,
        help=f"of the files that are not UTF-8: {', '.join(ENCODINGS[2:])}",
    )


def _refresh_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "lessons", metavar="LESSON", nargs="*", help="numbers or names of lessons; by default all of them"
    )
    parser.add_argument(
        "--unlock", action="store_true", help="instead let the words of the lessons be changed in JupyterLab"
    )


def _reference_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", required=True, help="the folder to write into")
    parser.add_argument("--force", action="store_true", help="replace the pages if they exist")


def _clean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "notebooks", metavar="NOTEBOOK", type=Path, nargs="*", help="notebooks or folders; by default the lessons"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


_LESSON = "its number, its name, or the path of its notebook"
_CODES = (
    "Exit codes: 0 done; 1 problems were found, or it could not be done, and a message says why; 2 not written as "
    "above; 130 stopped with Ctrl+C. Files of students that “class” cannot read are listed, with 0."
)
COMMANDS = (
    Command(
        "check",
        "check that texts, tables, question files and lessons can be read and that what they name exists",
        ("check", "check --all", "check --wordings"),
        _check_arguments,
        lambda given: show_wordings() if given.wordings else check(everything=given.all),
    ),
    Command(
        "new-module",
        "write a whole module for two other texts, with a first lesson that runs; only in a clone of this module",
        (
            "new-module ../my-module --texts letter.txt answer.txt",
            "new-module ../mein-modul --texts brief.txt antwort.xml --language de",
            "new-module ../my-module --texts old.txt new.txt --encoding windows-1252",
        ),
        _new_module_arguments,
        lambda given: make_new_module(given.folder, given.texts, language=given.language, encoding=given.encoding),
    ),
    Command(
        "refresh",
        "run lessons and store their results, folded, as the tests want them; do so after every change of a lesson",
        ("refresh", "refresh 00 01", "refresh 00 --unlock"),
        _refresh_arguments,
        lambda given: refresh_lessons(given.lessons, to_edit=given.unlock),
    ),
    Command(
        "reference",
        "write the pages that explain every key of a question file and every column of a table",
        ("reference -o FOLDER", "reference -o tests/fork --force"),
        _reference_arguments,
        lambda given: write_reference(given.output, force=given.force),
    ),
    Command(
        "handout",
        "write a package of lessons for students (a zip file), or their assignment sheet",
        (
            "handout -o course.zip",
            "handout --only 03 04 --no-keys -o meeting-2.zip",
            'handout 07 --sheet --due "Friday, 12 noon" --to "the course page" -o sheet.html',
        ),
        _handout_arguments,
        _handout,
    ),
    Command(
        "link",
        "print links that open a lesson on a JupyterHub (nbgitpuller) or on Binder, and what each needs",
        (
            "link https://github.com/NAME/REPOSITORY 01",
            "link https://github.com/NAME/REPOSITORY 01 --hub https://hub.example.edu --branch term-2",
        ),
        _link_arguments,
        lambda given: show_links(
            given.repository, given.lesson, hub=given.hub, branch=given.branch, binder=given.binder
        ),
    ),
    Command(
        "export-quiz",
        "write the closed questions of a lesson as a quiz for Moodle or Canvas",
        (
            "export-quiz 01 --format gift -o quiz-01.txt",
            "export-quiz 01 --format moodle-xml -o quiz-01.xml",
            "export-quiz 01 --format qti -o quiz-01.zip",
        ),
        _quiz_arguments,
        lambda given: export_quiz(given.lesson, given.format, given.output, force=given.force),
    ),
    Command(
        "nbgrader",
        "write a lesson as an assignment for nbgrader, with points from recorded answers",
        ("nbgrader 02 -o COURSE", "nbgrader 02 -o COURSE --force"),
        _nbgrader_arguments,
        lambda given: write_nbgrader(given.lesson, given.output, force=given.force),
    ),
    Command(
        "worksheet",
        "write a lesson as a page to print, or its answer key",
        ("worksheet 01 -o worksheet-01.html", "worksheet 01 --key -o key-01.html"),
        _worksheet_arguments,
        lambda given: write_worksheet(
            given.lesson, given.output, key=given.key, strips=given.strips, force=given.force
        ),
    ),
    Command(
        "web",
        "write the lessons as a static site to read, on a phone too",
        ("web -o site", "web 00 01 -o site --answer-at https://hub.example.edu", "web --teaching -o guide"),
        _web_arguments,
        lambda given: write_web_edition(
            given.lessons,
            given.output,
            results=not given.no_results,
            answer_at=given.answer_at,
            teaching=given.teaching,
            force=given.force,
        ),
    ),
    Command(
        "export-tei",
        "write a text as TEI P5",
        ("export-tei ID -o text.xml", "export-tei texts/ID.md"),
        _tei_arguments,
        lambda given: export_tei(given.text, given.output, force=given.force),
    ),
    Command(
        "agreement",
        "write a web page that shows where several readers of a text agree and differ",
        ("agreement ID downloads/*.html -o page.html", "agreement ID a.html b.jsonl --names -o page.html"),
        _agreement_arguments,
        lambda given: show_agreement(given.text, given.files, given.output, names=given.names, force=given.force),
    ),
    Command(
        "class",
        "write the report on what a class handed in, the pages to mark from, and what goes back",
        (
            "class hand-ins.zip -o class-report",
            "class hand-ins.zip marks.csv -o class-report --roster roster.csv --numbers",
            "class hand-ins.zip -o class-report --gradebook grades.csv",
        ),
        _class_arguments,
        report_class,
    ),
    Command(
        "clean",
        "take the words of a person out of stored outputs, where the first edition left them",
        ("clean", "clean lessons/01-NAME.ipynb --yes"),
        _clean_arguments,
        lambda given: clean(given.notebooks, yes=given.yes),
    ),
)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m helpers",
        description="Check the texts and lessons, and make pages and packages from them.",
        epilog=f"python -m helpers COMMAND --help explains a command, with examples. {_CODES}",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        examples = "".join(f"  python -m helpers {example}\n" for example in command.examples)
        made = commands.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"examples:\n{examples}\n{fill(_CODES)}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(made)
        made.set_defaults(run=command.run)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a `UserError` is printed without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows terminal may lack signs that a message has
            stream.reconfigure(errors="replace")
    try:
        given = _parser().parse_args(arguments)
        for value in vars(given).values():
            for path in value if isinstance(value, list) else [value]:
                if isinstance(path, Path):
                    typed_path(path)
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except UserError as error:
        say(error, error=True)
        return 1
    except KeyboardInterrupt:
        say("Stopped.", error=True)
        return 130
    except BrokenPipeError:  # the reader of our output, such as “head”, has gone
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.close()
        return 1


if __name__ == "__main__":
    sys.exit(main())
