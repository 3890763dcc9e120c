"""The page of a class: what to talk about, who handed in what, each question, quotations and marks."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from ..annotation import Agreement, ReaderMarks, compare_marks
from ..core import THEME, Markup, classed, element, foldable, join, neutralised, plain, standalone_page
from ..questions import Question, question, questions
from ..quotations import ALTERED, ELSEWHERE, NOT_FOUND
from ..texts import KINDS, Text, module_text, text_ids
from .collecting import Collected
from .page_parts import INDEX, cell, links_between, links_to_parts, table
from .page_style import STYLE, scoped_style
from .results import PARTLY, RIGHT, WRONG, Essay, Student, StudentResult
from .statistics import (
    Division,
    PartCount,
    QuestionCount,
    Tempting,
    all_quoted,
    count_answers,
    group_of,
    most_divided,
    most_tempting,
)

_REASON = 200  # characters of a reason
_EXAMPLES = 12
_SHORT = 30  # characters of a name that stands on one line


def counted(count: int, one: str, several: str = "") -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "student"), counted(2, "student"), counted(0, "essay")
    ('1 student', '2 students', '0 essays')
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


class ReportPart:
    """A part of the report, which displays in a notebook."""

    def __init__(self, name: str, *content: Markup) -> None:
        self.name, self.content = name, content

    @plain
    def __repr__(self) -> str:
        return f"Class report: {self.name}"

    @foldable
    def _repr_html_(self) -> str:
        return join(
            [element("style", Markup(scoped_style("class-report"))), classed("div", "class-report", *self.content)]
        )


class ClassReport:
    """The report on a class; it displays as the page does.

    Each part of it displays by itself: `today`, `handed_in`, `answers`, `quotations`, `marks` and `files`, and
    `question` the answers to one question.

    Attributes
    ----------
    collected : Collected
        The class.
    names : bool
        Whether names are shown, or numbers in place of them.
    """

    def __init__(self, collected: Collected, *, names: bool = True) -> None:
        self.collected, self.names = collected, names
        self.results = collected.result.in_order()
        self._students = {one.student.key: one.student for one in self.results}

    @cached_property
    def questions(self) -> list[QuestionCount]:
        """How the class answered each question."""
        return count_answers(self.results, questions())

    @cached_property
    def divided(self) -> list[Division]:
        """The questions on which the class is most evenly split."""
        return most_divided(self.questions)

    @cached_property
    def tempting(self) -> list[Tempting]:
        """The wrong choices that most of the class made first."""
        return most_tempting(self.questions)

    @cached_property
    def agreements(self) -> dict[str, Agreement]:
        """Where the marks of at least two readers of a text agree and differ, by text."""
        found = {}
        for id in text_ids():
            readings: list[tuple[str, ReaderMarks]] = [
                (self.called(one.student), one.marks[id]) for one in self.results if id in one.marks
            ]
            if len(readings) > 1:
                called, marks = zip(*readings, strict=True)
                found[id] = compare_marks(marks, module_text(id), called=called)
        return found

    def called(self, student: Student) -> str:
        """What the pages call a student; numbers tell two of one name apart."""
        number = f"Student {student.number}"
        return f"{neutralised(student.name)} ({student.number})" if self.names and student.name else number

    def pages(self, beside: Collection[str] = ()) -> dict[str, str]:
        """Return all pages, each with the name of its file; the first links to those of other names ``beside`` it."""
        pages = {INDEX: self.index(beside)}
        for id, found in self.agreements.items():
            name = f"{module_text(id).title}: what {len(found.readers)} readers marked"
            back = element("p", element("a", "Back to the class", href=INDEX))
            pages[marks_page(id)] = standalone_page(
                name, element("main", back, element("h1", name), Markup(found._repr_html_()))
            )
        return pages

    def index(self, beside: Collection[str] = ()) -> str:
        """Return the page of the class, with links to the pages ``beside`` it."""
        title = f"Class report: {counted(len(self.results), 'student')}"
        sections = [("today", "Today"), ("handed-in", "Handed in"), ("questions", "Questions")]
        sections += [("quotations", "Quotations"), ("marks", "Words marked"), ("files", "Files")]
        links = [links_between(INDEX, beside), element("h1", title), self._summary(), links_to_parts(sections)]
        return standalone_page(title, element("header", *links), self._main, style=STYLE)

    @cached_property
    def _main(self) -> Markup:
        return element("main", *self._parts())

    def _repr_html_(self) -> str:
        return ReportPart("all", *self._parts())._repr_html_()

    @plain
    def __repr__(self) -> str:
        return f"Class report: {counted(len(self.results), 'student')}"

    @property
    def today(self) -> ReportPart:
        """What to talk about: what divides the class, and what misleads it."""
        return ReportPart("what to talk about", self._today())

    @property
    def handed_in(self) -> ReportPart:
        """Who handed in what, and how complete it is."""
        return ReportPart("handed in", self._summary(), self._handed_in())

    @property
    def answers(self) -> ReportPart:
        """How many were right, for each question that the module marks."""
        return ReportPart("answers", *self._shares(links=False))

    @property
    def quotations(self) -> ReportPart:
        """The quotations by verdict and by layer."""
        return ReportPart("quotations", self._quotations())

    @property
    def marks(self) -> ReportPart:
        """The words that most students marked."""
        return ReportPart("words marked", self._marks(links=False))

    @property
    def files(self) -> ReportPart:
        """What to know about the files."""
        return ReportPart("files", self._files())

    def question(self, id: str) -> ReportPart:
        """How the class answered one question, and how often each choice was made; `UserError` if there is none."""
        asked = question(id)
        (count,) = [one for one in self.questions if one.question.id == asked.id]
        return ReportPart(f"question {asked.id}", self._question(count))

    def _parts(self) -> list[Markup]:
        parts = [self._today(), self._handed_in(), self._questions(), self._quotations()]
        return [*parts, self._marks(links=True), self._files()]

    def _summary(self) -> Markup:
        found = self.collected
        said = [f"{counted(found.files, 'file')} of {counted(len(self.results), 'student')}"]
        if found.on_roster is not None:
            said = [f"{found.rows_with_file} of {found.on_roster} students on the roster handed in"]
            said += [f"{len(found.unlisted)} others did"] if found.unlisted else []
        said += [f"{late} late"] if (late := sum(one.student.late for one in self.results)) else []
        said += [f"{counted(len(found.troubles), 'remark')} on files"] if found.troubles else []
        return classed("p", "lead", "; ".join(said), ".")

    # What to talk about

    def _today(self) -> Markup:
        divided, tempting = self.divided, [one for one in self.tempting if not self._is_divided(one)]
        cards = [self._division(one) for one in divided]
        if not cards:
            cards = [classed("div", "card", element("p", "No question divides the class."))]
        parts = [
            element("h2", "What to talk about today"),
            element("p", "The questions on which first answers were most evenly split.") if divided else Markup(""),
            classed("div", "cards", *cards),
        ]
        notes = [self._tempted(one) for one in tempting]
        notes += [element("li", words) for words in self._quoting()]
        if notes:
            parts += [element("h3", "Also"), element("ul", *notes)]
        return element("section", *parts, id="today", **{"class": "today"})

    def _is_divided(self, one: Tempting) -> bool:
        return one.question.id in [division.question.id for division in self.divided]

    def _division(self, one: Division) -> Markup:
        def side(words: str, other: str) -> str:
            return words or f"not: {other}"

        rest = max(0, one.answered - one.first - one.second)
        sides = [("one", one.first, side(one.one, one.other)), ("other", one.second, side(one.other, one.one))]
        parts = [
            element("h3", f"Question {one.question.id}: {one.first} against {one.second}"),
            classed("p", "prompt", _brief(one.question.prompt, 200)),
            element("p", _brief(one.part, 140)) if one.part else Markup(""),
            _bar([*((kind, count, words) for kind, count, words in sides), ("rest", rest, "other answers")]),
        ]
        for (kind, count, words), reason in zip(sides, one.reasons, strict=True):
            known = " (right)" if (one.one if kind == "one" else one.other) in self._right(one) else ""
            sign = _swatch(kind)
            parts.append(element("p", sign, " ", element("strong", f"{count}: "), words, known))
            if reason:
                parts.append(self._reason(reason))
        return classed("div", "card", *parts)

    def _right(self, one: Division) -> set[str]:
        """Return the right choices in the part of a question on which the class is divided."""
        parts = next(count.parts for count in self.questions if count.question.id == one.question.id)
        return {choice.text for part in parts if part.name == one.part for choice in part.choices if choice.right}

    def _reason(self, essay: Essay) -> Markup:
        words = element("span", _brief(neutralised(essay.text), _REASON), dir="auto")
        number = self._students[essay.student].number
        return classed(
            "p", "said", words, " ", classed("span", "quiet", f"(student {number}, question {essay.question})")
        )

    def _tempted(self, one: Tempting) -> Markup:
        where = f"{one.part}: " if one.part else ""
        why = [classed("span", "why", f" {one.choice.why}")] if one.choice.why else []
        head = f"{one.choice.first} of {one.answered} first answered question {one.question.id} wrongly: "
        return element("li", element("strong", head), f"{where}{_quoted(one.choice.text)}.", *why)

    def _quoting(self) -> list[str]:
        groups = Counter(group_of(quoted) for _, quoted in all_quoted(self.results))
        total = groups.total()
        said = [(ALTERED, "altered"), (ELSEWHERE, "given to somebody else"), (NOT_FOUND, "not found in these texts")]
        wrong = [f"{groups[group]} {words}" for group, words in said if groups[group]]
        return [f"Of {counted(total, 'quotation')}, {', '.join(wrong)}."] if wrong else []

    # Who handed in what

    def _handed_in(self) -> Markup:
        lessons: dict[str, list[Question]] = defaultdict(list)
        for count in self.questions:
            lessons[count.question.lesson].append(count.question)
        names = [lesson.partition("-")[0] for lesson in lessons]
        late = any(one.student.late for one in self.results)
        head = [
            "Student",
            "Answered",
            *names,
            "Written answers",
            "Quotations to check",
        ]
        head += ["Last answer", *(["Late"] if late else [])]
        rows = (self._student(one, list(lessons.values()), late=late) for one in self.results)
        parts = [element("h2", "Handed in"), *self._on_roster()]
        parts.append(
            table(f"Answers of each student, in lessons {names[0]} to {names[-1]}" if names else "Answers", head, rows)
        )
        return element("section", *parts, id="handed-in")

    def _on_roster(self) -> list[Markup]:
        found, parts = self.collected, []
        if found.missing:
            who = "; ".join(map(neutralised, found.missing)) if self.names else "the command line names them"
            parts.append(element("p", element("strong", f"Without a file: {len(found.missing)}. "), who, "."))
        if found.unread:
            who = "; ".join(map(neutralised, found.unread)) if self.names else "the command line names them"
            parts.append(element("p", element("strong", f"Nothing that can be read: {len(found.unread)}. "), who, "."))
        if found.unlisted:
            who = "; ".join(self.called(self._students[key]) for key in found.unlisted if key in self._students)
            parts.append(element("p", element("strong", f"Not on the roster: {len(found.unlisted)}. "), who, "."))
        return parts

    def _student(self, one: StudentResult, lessons: Sequence[Sequence[Question]], *, late: bool) -> list[object]:
        called = self.called(one.student)
        answered = {id for id, found in one.answers.items() if not found.outdated}
        of = sum(map(len, lessons))
        essays = [essay for essay in one.essays if not essay.outdated]
        drafts = sum(essay.draft for essay in essays)
        written = sum(count.question.judged and not count.question.marked for count in self.questions)
        wrong = Counter(group_of(quoted) for quoted in one.quotations)
        check = ", ".join(f"{wrong[kind]} {name}" for kind, name in _TO_CHECK if wrong[kind])
        bar = _bar(
            [("right", len(answered), "answered"), ("none", of - len(answered), "not answered")], words=False, thin=True
        )
        lesson_cells = [cell(f"{sum(asked.id in answered for asked in some)}/{len(some)}") for some in lessons]
        drafted = f", {counted(drafts, 'draft')}" if drafts else ""
        return [
            element("bdi", called, dir="auto", style="white-space:nowrap" if len(called) <= _SHORT else None),
            cell(join([f"{len(answered)} of {of}", bar])),
            *lesson_cells,
            cell(f"{len(essays) - drafts} of {written}{drafted}"),
            check,
            element("span", one.last[:10], style="white-space:nowrap"),
            *(["late" if one.student.late else ""] if late else []),
        ]

    # Questions

    def _shares(self, *, links: bool) -> list[Markup]:
        head = ["Question", "Answered", "Right first", "Right in the end", ""]
        rows = (self._overview(one, links=links) for one in self.questions if one.question.marked)
        return [element("h2", "Questions"), _LEGEND, table("The questions that the module marks", head, rows)]

    def _questions(self) -> Markup:
        parts = self._shares(links=True)
        lesson = ""
        for one in self.questions:
            if one.question.lesson != lesson:
                lesson = one.question.lesson
                parts.append(element("h3", f"Lesson {lesson.partition('-')[0]}: {one.question.title}"))
            parts.append(self._question(one))
        return element("section", *parts, id="questions")

    def _overview(self, one: QuestionCount, *, links: bool) -> list[object]:
        named = [one.question.id, " ", _plain(_brief(one.question.prompt, 80))]
        link = element("a", *named, href=f"#q{one.question.id}") if links else join(named)
        return [
            link,
            cell(f"{one.answered} of {one.of}"),
            cell(_share(one.at_first[RIGHT], one.answered)),
            cell(_share(one.in_the_end[RIGHT], one.answered)),
            _bar(_verdicts(one)),
        ]

    def _question(self, one: QuestionCount) -> Markup:
        asked = one.question
        remarks = [f"{one.answered} of {one.of} answered."]
        if asked.marked:
            remarks += [f"Right at the first attempt: {one.at_first[RIGHT]}; later: {one.right_later}."]
        remarks += [f"{one.outdated} answered an earlier wording and are not counted."] if one.outdated else []
        remarks += [f"In {one.uncertain} it is not certain which answer counts."] if one.uncertain else []
        parts = [
            element("h4", f"Question {asked.id}"),
            classed("p", "prompt", _brief(asked.prompt, 400)),
            element("p", " ".join(remarks)),
        ]
        if asked.marked and one.answered:
            parts += [_choices(part, one.answered, asked.id) for part in one.parts]
        return classed("div", "question", *parts, id=f"q{asked.id}")

    # Quotations

    def _quotations(self) -> Markup:
        every = list(all_quoted(self.results))
        parts = [element("h2", "Quotations"), element("p", f"{counted(len(every), 'quotation')} in written answers.")]
        if every:
            groups = Counter(group_of(quoted) for _, quoted in every)
            students = Counter(group for group, _ in {(group_of(quoted), one.student.key) for one, quoted in every})
            top = max(groups.values())
            rows = (
                (
                    group,
                    cell(count),
                    cell(students[group]),
                    _bar([("one", count, group), ("none", top - count, "")], words=False),
                )
                for group, count in groups.most_common()
            )
            parts.append(table("By verdict", ["Verdict", "Quotations", "Students", ""], rows))
            parts += [self._by_layer(every), *self._examples(every)]
        return element("section", *parts, id="quotations")

    def _by_layer(self, every: Sequence[tuple[StudentResult, object]]) -> Markup:
        quoted = [quoted for _, quoted in all_quoted(self.results) if quoted.layer]
        places = Counter((one.document, one.layer) for one in quoted)
        altered = Counter((one.document, one.layer) for one in quoted if one.verdict == ALTERED)
        wrong = Counter((one.document, one.layer) for one in quoted if one.attribution)
        known = {id: module_text(id) for id in text_ids()}
        rows = (
            (
                _layer_in_words(known.get(document), layer, document),
                cell(count),
                cell(count - altered[document, layer]),
                cell(altered[document, layer]),
                cell(wrong[document, layer]),
            )
            for (document, layer), count in sorted(places.items(), key=lambda item: (-item[1], item[0]))
        )
        head = ["Layer", "Quotations", "Word for word", "Altered", "Given to somebody else"]
        return table("By the layer in which the words are", head, rows)

    def _examples(self, every: Iterable[tuple[StudentResult, object]]) -> list[Markup]:
        wrong = [(one, quoted) for one, quoted in all_quoted(self.results) if group_of(quoted) in (ALTERED, ELSEWHERE)]
        if not wrong:
            return []
        rows = (
            (
                quoted.question,
                element("span", f"“{_brief(neutralised(quoted.words), 160)}”", dir="auto"),
                quoted.attribution or "altered",
                quoted.speaker,
                self.called(one.student),
            )
            for one, quoted in wrong[:_EXAMPLES]
        )
        more = f" The first {_EXAMPLES} of {len(wrong)}." if len(wrong) > _EXAMPLES else ""
        head = ["Question", "Quotation", "What to check", "Whose words", "Student"]
        return [table(f"Altered, or given to somebody else.{more}", head, rows)]

    # Marks

    def _marks(self, *, links: bool) -> Markup:
        parts = [element("h2", "Words marked")]
        for id, found in self.agreements.items():
            name, value = found.coefficient
            figure = "not defined" if value is None else f"{value:.2f}"
            most = sorted(found.passages, key=lambda row: -row["readers"])[:5]
            rows = (
                (element("span", row["passage"], dir="auto"), cell(f"{row['readers']} of {row['of']}"), row["tags"])
                for row in most
            )
            parts += [
                element("h3", found.text.title),
                element(
                    "p",
                    f"{counted(len(found.readers), 'reader')}; {name}: {figure}. ",
                    element("a", "Where the marks agree and differ.", href=marks_page(id)) if links else "",
                ),
                table("Marked most", ["Words", "Readers", "Tags"], rows),
            ]
        if not self.agreements:
            parts.append(element("p", "Fewer than two students marked words in a text."))
        return element("section", *parts, id="marks")

    # Files

    def _files(self) -> Markup:
        parts = [element("h2", "Files"), element("p", f"{counted(self.collected.files, 'file')} read.")]
        troubles = self.collected.troubles
        if troubles and self.names:
            parts.append(table("What to know about files", ["File", "Remark"], troubles))
        elif troubles:
            # The names of files, and some remarks, have the names of students.
            words = f"{counted(len(troubles), 'remark')} on files, which the command line shows with the names."
            parts.append(element("p", words))
        return element("section", *parts, id="files")


_TO_CHECK = ((ALTERED, "altered"), (ELSEWHERE, "misattributed"), (NOT_FOUND, "not found"))
_BARS = (
    ("right", "right at the first attempt"),
    ("later", "right later"),
    ("partly", "partly right"),
    ("wrong", "not yet right"),
    ("none", "not answered"),
)
_RIGHT, _PARTLY, _WRONG = (THEME.verdicts[name].colour for name in ("right", "partly right", "not yet right"))
_GROUNDS = {
    "right": _RIGHT,
    "later": f"repeating-linear-gradient(135deg,{_RIGHT} 0 5px,{THEME.paper} 5px 9px)",
    "partly": _PARTLY,
    "wrong": _WRONG,
    "none": f"var(--paper,{THEME.paper});color:var(--ink,{THEME.ink})",
    "one": THEME.marks[1],
    "other": THEME.marks[5],
    "rest": THEME.button,
}
_BAR = (
    f"display:flex;min-width:4.5rem;overflow:hidden;border:1px solid {THEME.edge};border-radius:4px;"
    f"background:var(--paper,{THEME.paper});color:{THEME.ink}"
)
_LAST = (
    "display:block;box-sizing:border-box;overflow:hidden;text-align:center;font-size:0.78rem;line-height:1.15rem;"
    "white-space:nowrap"
)
_PIECE = f"{_LAST};border-right:1px solid {THEME.edge}"
_SWATCH = f"display:inline-block;width:1rem;height:0.8rem;border:1px solid {THEME.edge};border-radius:3px"


def _swatch(kind: str) -> Markup:
    return element("span", style=f"{_SWATCH};background:{_GROUNDS[kind]}", **{"aria-hidden": "true"})


_LEGEND = classed("ul", "legend", *(element("li", _swatch(kind), " ", words) for kind, words in _BARS))


def marks_page(text: str) -> str:
    """Return the name of the page on the marks in a text."""
    return f"marks-{text}.html"


def _verdicts(one: QuestionCount) -> list[tuple[str, int, str]]:
    later = one.right_later
    counts = {
        "right": one.in_the_end[RIGHT] - later,
        "later": later,
        "partly": one.in_the_end[PARTLY],
        "wrong": one.in_the_end[WRONG],
        "none": one.of - one.answered,
    }
    return [(kind, counts[kind], words) for kind, words in _BARS]


def _bar(parts: Sequence[tuple[str, int, str]], *, words: bool = True, thin: bool = False) -> Markup:
    """Draw counts as a bar, with a description; ``words`` writes the numbers into it."""
    total = sum(count for _, count, _ in parts)
    if not total:
        return Markup("")
    named = [(count, what) for _, count, what in parts if what]
    said = "; ".join(f"{count} {what}" for count, what in [one for one in named if one[0]] or named)
    drawn = [(kind, count) for kind, count, _ in parts if count]
    pieces = (
        element(
            "span",
            count if words and count * 12 >= total else "",
            style=f"{_PIECE if n < len(drawn) else _LAST};width:{100 * count / total:.2f}%;background:{_GROUNDS[kind]}",
        )
        for n, (kind, count) in enumerate(drawn, 1)
    )
    # The spaces between the numbers show only where styles are taken away, as on GitHub.
    return element(
        "div",
        join(pieces, " "),
        style=f"{_BAR};height:{'0.5' if thin else '1.1'}rem",
        role="img",
        **{"aria-label": said},
    )


def _choices(part: PartCount, answered: int, question: str) -> Markup:
    """Write what was chosen in a part of a question as a table with bars."""
    # Of a question with many parts, such as a match, each wrong choice that nobody made would be a row in each part.
    shown = [one for one in part.choices if one.ever or one.right or not part.name]
    rows = (
        (
            join([element("strong", "✓ right: " if one.right else ""), one.text]),
            cell(_share(one.first, answered)),
            cell(one.ever),
            _bar(
                [("right" if one.right else "wrong", one.first, "chose it first"), ("none", answered - one.first, "")]
            ),
            classed("span", "why", one.why),
        )
        for one in shown
    )
    caption = f"Question {question}: {part.name}" if part.name else f"Question {question}: what was chosen"
    head = ["Choice", "First answer", "At any attempt", "", "Explanation"]
    return table(caption, head, rows)


def _plain(words: str) -> Markup:
    return element("span", words, style="font-weight:normal")


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f}%)" if of else "–"


def _brief(words: str, most: int) -> str:
    return textwrap.shorten(" ".join(words.split()), most, placeholder=" …")


def _quoted(words: str) -> str:
    return words if words.startswith("“") else f"“{words}”"


def _layer_in_words(text: Text | None, layer: str, document: str) -> str:
    if text is None or layer not in [part.id for part in text]:
        return f"{neutralised(document)}, {neutralised(layer)}"
    return f"{text.title}: {text[layer].label} ({KINDS.get(text[layer].kind, text[layer].kind)})"
