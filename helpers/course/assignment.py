"""An assignment sheet for students: what to hand in, which file, with what name, by when, and what counts."""

from __future__ import annotations

from collections.abc import Iterable

from ..core import Markup, classed, date_in_words, date_range, element, join, standalone_page
from ..questions import Question, course_settings, question_path, read_questions
from .package import chosen_lessons
from .package_readme import course_title

_COUNTING = {"first": "your first complete answer", "last": "your last complete answer", "best": "your best answer"}
_LINE = Markup('<span style="display:block;border-bottom:1px solid">&nbsp;</span>')


def assignment_sheet(
    lessons: Iterable[str] = (),
    *,
    due: str = "",
    to: str = "",
    name: str = "",
    keys: bool = True,
    model_answers: bool = True,
) -> str:
    """Write the assignment sheet for these lessons, by default for all, as one page to print or to upload.

    Parameters
    ----------
    lessons : iterable of str, optional
        Numbers, names or paths of lessons.
    due, to, name : str, optional
        By when, where, and under which name students hand in; without them the sheet has a line to fill in, and leaves
        the choice between name and pseudonym open.
    keys, model_answers : bool, optional
        Whether the students’ copies have them, as in `handout`.

    Returns
    -------
    str
        A web page.

    Raises
    ------
    UserError
        If there is no such lesson, or a question file has a mistake.

    Examples
    --------
    >>> "Monday at noon" in assignment_sheet(["00"], due="Monday at noon")
    True
    """
    chosen = [path for path in map(question_path, chosen_lessons(lessons)) if path.is_file()]
    asked = {path: read_questions(path) for path in chosen}
    title = f"What to hand in: {course_title()}"
    counts = _what_counts([one for some in asked.values() for one in some], keys, keys and model_answers)
    rows: dict[str, object] = {
        "Lessons": join(element("div", f"{path.stem[:2]} · {some[0].title}") for path, some in asked.items()),
        "What": "One file, the page to hand in. It has all your answers. Nothing else is needed, and no notebook.",
        "Which file": join(
            [
                "Run ",
                _code("my_work()"),
                " at the end of a lesson and press ",
                element("em", "Page to hand in"),
                ". Your browser saves a file ",
                _code("my-work-NAME.html"),
                ", usually under Downloads. Open it once: are all your answers in it?",
            ]
        ),
        "Name": join(
            [
                name or "The name or the pseudonym that your teacher asks for.",
                " Give it once, in ",
                _code("my_work()"),
                ". It is on the page and in the name of the file.",
            ]
        ),
        "By when": due or _LINE,
        "Where": to or _LINE,
        "What counts": join(element("div", one) for one in counts),
        "Your copy": "Keep the file until you have your mark. Your whole work is inside it: if the computer is lost, "
        "open the lessons on another one and choose this file under Restore.",
    }
    body = (element("tr", element("th", what, scope="row"), element("td", said)) for what, said in rows.items())
    table = element("table", element("tbody", *body))
    return standalone_page(title, element("h1", title), table, classed("p", "when", _WORDS))


_WORDS = (
    "Write in your own words. Every quotation is checked, word for word and voice by voice. Your first complete answer "
    "is kept beside your last one. If a person or a program helped you, say so in one line."
)


def _code(words: str) -> Markup:
    return element("code", words)


def _what_counts(asked: list[Question], keys: bool, model_answers: bool) -> list[str]:
    """Say which answers count for the mark, which attempt, and when model answers open."""
    settings = course_settings()
    judged = [one for one in asked if one.judged and one.points]
    for_mark = [one for one in judged if one.counts_for_the_mark]
    said = []
    if for_mark:
        said += [f"For the mark, by number of question: {_named(for_mark)}.", "All other answers are practice."]
    elif settings.essays is not None:
        said.append("Nothing in these lessons counts for the mark. All answers are practice.")
    elif judged:
        said.append(
            f"Your teacher reads, by number of question: {_named(judged)}. Your teacher says which of them count."
        )
    if not keys:
        said.append("The forms save your answers and do not mark them. Your teacher does.")
    elif any(one.marked for one in asked):
        said.append("What the module marks itself is for learning. Its points are not a grade.")
    if judged:
        said.append(f"Model answers: {_opens(settings.opens if model_answers else 'never')}.")
    return said


def _named(some: Iterable[Question]) -> str:
    """Name questions with their points, those together of which the same attempt counts."""
    by_attempt: dict[str, list[str]] = {}
    for one in some:
        named = f"{one.id} ({one.points} point{'' if one.points == 1 else 's'})"
        by_attempt.setdefault(_COUNTING[one.counting], []).append(named)
    return "; ".join(f"{', '.join(names)}: {attempt} counts" for attempt, names in by_attempt.items())


def _opens(opens: str) -> str:
    if opens == "never":
        return "not shown; your teacher has them"
    return "after your first complete answer" if opens == "first" else f"from {date_in_words(date_range(opens, '')[0])}"
