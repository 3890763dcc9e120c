"""Every lesson has the required structure. Each message names the file and the cell, and says what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from lessons_checked import at, is_sources, prose_settings, report, table
from test_prose import wrong_headings

import helpers
from helpers.core import did_you_mean
from helpers.questions import question_path, questions

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))
TAGS = {"hide-input", "raises-exception", "screen"}
# Print directives of worksheets: screen, cards, strips and others.
PAPER = re.compile(r" (?:screen|turn|cards|strips(?:: [\w-]+(?: [\w-]+)*)?) ")
REFRESH = "Run python -m helpers refresh"

pytestmark = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "") -> list:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if kind in ("", cell.cell_type)]


def placed(path: Path, kind: str = "") -> Iterator[tuple[str, nbformat.NotebookNode]]:
    """The cells, each with its place."""
    for n, cell in enumerate(cells(path), 1):
        if kind in ("", cell.cell_type):
            yield f"lessons/{path.name}, cell {n}", cell


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def phrase(name: str) -> str:
    return prose_settings().phrases[name]


def asked_in(path: Path) -> list:
    return list(questions(path.stem)) if question_path(path).exists() else []


def test_lesson_is_valid_and_stored_from_one_fresh_run(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    code, said = list(placed(path, "code")), []
    if [cell.execution_count for _, cell in code] != list(range(1, len(code) + 1)):
        said.append(f"lessons/{path.name}: its results are not those of one run from the top. {REFRESH}.")
    for where, cell in code:
        kinds = {output.output_type for output in cell.outputs}
        if "stream" in kinds:
            said.append(f"{where}: the cell prints or warns. Let its last line be the thing to show, without print().")
        if ("error" in kinds) != ("raises-exception" in cell.metadata.get("tags", [])):
            said.append(
                f"{where}: the cell ends with an error, and has no tag raises-exception, or the reverse. Mend it."
            )
        # JupyterLab unfolds a folded output when its cell runs; nbval and GitHub see it all the same.
        if cell.metadata.get("jupyter") != {"outputs_hidden": True}:
            said.append(f"{where}: the stored result is not folded, and gives the prediction away. {REFRESH}.")
        if set(cell.metadata) - {"tags", "jupyter"}:
            said.append(f"{where}: the cell keeps timings or another state of one's own. {REFRESH}.")
    if len({cell.id for cell in cells(path)}) != len(cells(path)):
        said.append(f"lessons/{path.name}: two cells have the same id. Open the lesson in JupyterLab and save it.")
    report(said)


def test_lesson_has_a_header_card(path):
    (first_place, first), (second_place, second) = list(placed(path))[:2]
    said = []
    if not re.match(rf"# {path.stem[:2]} · \S", first.source):
        said.append(
            f"{first_place}: the lesson does not begin with its number and title. Write # {path.stem[:2]} · Title."
        )
    for row in map(phrase, ("question", "minutes", "level", "needs")):
        if f"**{row}**" not in first.source:
            said.append(f"{first_place}: the header card has no row “{row}”. Add | **{row}** | … |.")
    for name in ("promise", "opened_again"):
        if f"**{phrase(name)}**" not in second.source:
            said.append(f"{second_place}: “**{phrase(name)}**” is missing. Say there what students get, or do.")
    if "*Run → Run All Cells*" not in second.source:
        said.append(f"{second_place}: after “{phrase('opened_again')}” write: *Run → Run All Cells*.")
    report(said)


def test_prose_cannot_be_changed_or_deleted_by_accident(path):
    # JupyterLab and Notebook 7 honour both keys; python -m helpers refresh --unlock takes them away for a while.
    report(
        f"{where}: students can delete or change these words. {REFRESH}."
        for where, cell in placed(path, "markdown")
        if (cell.metadata.get("editable"), cell.metadata.get("deletable")) != (False, False)
    )


def test_lesson_has_one_title_and_skips_no_heading_level(path):
    whole, starts = "", []
    for where, cell in placed(path, "markdown"):
        starts.append((len(whole), where))
        whole += f"{cell.source}\n\n"
    lines = {whole.count("\n", 0, start) + 1: where for start, where in starts}

    def in_its_cell(found: re.Match[str]) -> str:
        first = max(line for line in lines if line <= int(found[1]))
        return f"{lines[first]}, line {int(found[1]) - first + 1}:"

    report(re.sub(r"^the lesson, line (\d+):", in_its_cell, one) for one in wrong_headings("the lesson", whole))


def test_lesson_ends_with_summary_next_link_and_sources(path):
    headings, said = re.findall(r"^## (.+)$", prose(path), re.M), []
    where, wanted = f"lessons/{path.name}", [phrase("done"), phrase("sources")]
    if headings[-2:] != wanted:
        said.append(
            f"{where}: its last headings are not “## {wanted[0]}” and “## {wanted[1]}”. Write them in this order."
        )
    if f"**{phrase('ten_more')}:**" not in prose(path):
        said.append(
            f"{where}: under “{wanted[0]}”, “**{phrase('ten_more')}:**” is missing. Say what one can go on with."
        )
    if len(LESSONS) > 1 and not re.search(r"\]\(\d\d-[\w-]+\.ipynb\)", prose(path)):
        said.append(f"{where}: no link leads to another lesson. Write one, such as [01 · Title](01-name.ipynb).")
    report(said)


def test_cells_are_short(path):
    said = []
    for where, cell in placed(path, "code"):
        lines = [line for line in cell.source.split("\n") if line and not line.startswith(("from ", "import ", "  "))]
        if len(lines) > 3:
            said.append(f"{where}: {len(lines)} lines of code, besides imports; at most 3 are wanted. Divide the cell.")
    for where, cell in placed(path, "markdown"):
        shown = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
        # A full reference needs its words.
        if not is_sources(shown) and (count := len(shown.split())) > 190:
            said.append(
                f"{where}: {count} words; at most 190 are wanted, besides what is folded. Divide or shorten it."
            )
    report(said)


def test_a_prediction_comes_before_the_first_output(path):
    before = [cell for _, cell in placed(path)]
    first = next(n for n, cell in enumerate(before) if cell.cell_type == "code")
    if not first or not re.search(prose_settings().pattern("predict"), before[first - 1].source, re.I):
        ways = " or ".join(f"“{one}”" for one in prose_settings().alternatives("predict"))
        report([f"lessons/{path.name}, cell {first}: before the first result students predict it. Ask, with {ways}."])


def test_code_uses_only_public_names(path):
    said = []
    for where, cell in placed(path, "code"):
        if found := re.search(r"[!%]\w|sys\.path|https?://|/home/|C:\\\\", cell.source):
            said.append(f"{where}: “{found[0]}” works on one computer only. Take it out.")
        for tag in set(cell.metadata.get("tags", [])) - TAGS:
            said.append(f"{where}: the tag “{tag}” is not known. Use {', '.join(sorted(TAGS))}, or delete it.")
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "helpers"):
                line = f"{where}, line {node.lineno}"
                said.append(f"{line}: only names of helpers are imported. Write from helpers import …, or delete it.")
            elif isinstance(node, ast.ImportFrom):
                said += [
                    f"{where}, line {node.lineno}: helpers has no “{one.name}”. "
                    f"{did_you_mean(one.name, helpers.__all__)}"
                    for one in node.names
                    if one.name not in helpers.__all__
                ]
    report(said)


def test_every_imported_name_is_used(path):
    code = [(where, node) for where, cell in placed(path, "code") for node in ast.walk(ast.parse(cell.source))]
    used = {node.id for _, node in code if isinstance(node, ast.Name)}
    report(
        f"{where}, line {node.lineno}: “{alias.name}” is imported and not used. Delete it."
        for where, node in code
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name not in used
    )


def test_questions_are_asked_once_and_in_order(path):
    asked = [
        (where, one) for where, cell in placed(path, "code") for one in re.findall(r"\banswer\(([^)]*)\)", cell.source)
    ]
    # Only the question id: a lesson contains no key.
    said = [
        f'{where}: answer({one}) has more than the id of a question. Write, for example, answer("0.1").'
        for where, one in asked
        if not re.fullmatch(r'"\d+\.\d+"', one)
    ]
    ids, known = [one.strip('"') for _, one in asked], [one.id for one in asked_in(path)]
    if not said and ids != known:
        said.append(
            f"lessons/{path.name}: it asks {', '.join(ids) or 'nothing'}, and its question file has "
            f"{', '.join(known) or 'nothing'}. Ask every question once, in the order of the file."
        )
    report(said)


# Lessons shorter than these are read to the end. A ticked question offers its answers.
MOST_CELLS, MOST_QUESTIONS, MOST_TICKED = 35, 8, 4
TICKED = {"choice", "choices", "match", "order"}


def test_lesson_is_short_and_varied(path):
    asked, ticked = asked_in(path), sorted(TICKED)
    counts = (
        (len(cells(path)), MOST_CELLS, "cells", "Divide the lesson"),
        (len(asked), MOST_QUESTIONS, "questions", "Leave some out"),
        (sum(one.kind in TICKED for one in asked), MOST_TICKED, f"questions of the kinds {', '.join(ticked)}",
         "Ask one in another way, such as passage, grid or short"),
    )  # fmt: skip
    report(
        f"lessons/{path.name}: it has {count} {what}; at most {most} are wanted. {fix}."
        for count, most, what, fix in counts
        if count > most
    )


def test_something_to_read_or_do_is_between_two_questions(path):
    forms = [(where, "answer(" in cell.source and cell.cell_type == "code") for where, cell in placed(path)]
    report(
        f"{where}: this question follows another. Put something to read or to do between the two."
        for (_, before), (where, now) in pairwise(forms)
        if before and now
    )


def test_class_talks_in_each_lesson(path):
    found = len(re.findall(rf"^\*\*{prose_settings().pattern('all_together')}", prose(path), re.M))
    if (path.parent / "teaching").exists() and found != 1:
        report([
            f"lessons/{path.name}: {found} paragraphs begin with “**{phrase('all_together')}”, and one is wanted: the "
            "place where the class talks. Add it, or join them."
        ])  # fmt: skip


def key_words(asked) -> list[str]:
    """The words of the right answer, as far as they can be compared with other words."""
    right = [one.text for one in getattr(asked, "options", ()) if one.correct]
    return [" ".join(one.split()) for one in [*right, *(one.words for one in getattr(asked, "targets", ()))]]


def test_no_answer_is_beside_its_question(path):
    """In code nowhere below the question, in prose not before the next code cell unless it is folded."""
    answers, said = {one.id: key_words(one) for one in asked_in(path)}, []
    below = list(placed(path))
    while below:
        (_, cell), *below = below
        asked = re.fullmatch(r'answer\("([\d.]+)"\)', cell.source)
        for words in answers.get(asked[1], ()) if asked else ():
            told = [where for where, one in below if one.cell_type == "code" and words in one.source]
            if below and below[0][1].cell_type == "markdown":
                shown = re.sub(r"<details>.*?</details>", "", below[0][1].source, flags=re.S)
                told += [below[0][0]] if words in shown else []
            said += [
                f"{where}: “{words}” gives away the answer to question {asked[1]}. Use other words." for where in told
            ]
    report(said)


def test_links_and_row_keys_have_existing_targets(path):
    known, said = {row["id"] for row in table("timeline")}, []
    for where, cell in placed(path, "markdown"):
        for comment in re.finditer(r"<!--(.*?)-->", cell.source, re.S):
            if not PAPER.fullmatch(comment[1]) and (unknown := sorted(set(comment[1].split()) - known)):
                said.append(
                    f"{at(where, cell.source, comment.start())}: no row of texts/timeline.csv has the id "
                    f"“{unknown[0]}”. "
                    f"{did_you_mean(unknown[0], known)}"
                )
    report(said)


def test_every_picture_has_alternative_text(path):
    said = []
    for where, cell in placed(path, "code"):
        for output in cell.outputs:
            data = output.get("data", {})
            pictures = re.findall(r"<img[^>]*>", str(data.get("text/html", "")))
            short = [one for one in pictures if len((re.search(r'alt="([^"]*)"', one) or "  ")[1]) <= 100]
            if "image/png" in data or short:
                said.append(
                    f"{where}: the picture has no description for those who cannot see it. Make it with a function of "
                    "helpers, such as plot_network."
                )
    report(said)


def test_outputs_contain_no_path_or_memory_address(path):
    said = []
    for where, cell in placed(path, "code"):
        for output in cell.outputs:
            words = re.sub(r"base64,[\w+/=]+", "", str(output.get("data", {})))
            if found := re.search(r"/home/|/root/|/tmp/|C:\\|0x[0-9a-f]{6,}", words):
                said.append(f"{where}: the result has “{found[0]}”, which differs elsewhere. Show something else.")
    report(said)


def test_lesson_uses_no_missing_text(path, missing_texts):
    source = path.read_text(encoding="utf-8")
    report(
        f"lessons/{path.name}: it reads the text “{name}”, which is not in texts/. Use another."
        for name in missing_texts
        if name in source
    )
