"""The pages of the web edition beside the lessons: its home page, the rights of the texts, and the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..core import element, join, kind_of, lessons_folder, read_file, read_yaml
from ..questions import course_settings
from ..texts import read_table, readable_texts
from ..worksheets import Lesson
from .package_readme import carried_sections, course_title
from .site_prose import site_prose
from .still_lesson import Reading

_NO_PROSE = ("#", "!", "[!", "|", "<", "```", "- ")


def home_page(lessons: Sequence[Lesson], site: Reading) -> str:
    """Write the home page for readers: what this is, the lessons, where to answer, rights and citation."""
    results = (
        "The results of their cells are folded below them, so that you can predict first. "
        if site.results
        else "The results of their cells are not on this site. "
    )
    return "\n\n".join(
        [
            f"# {course_title()}",
            *_introduction(site),
            f"Here you read the lessons. Nothing runs and nothing is saved on this site. {results}",
            "## The lessons",
            *(_listed(one, site) for one in lessons),
            "## Where to answer",
            _where_to_answer(lessons, site),
            "## Rights and citation",
            "[Rights of the texts](rights.md) says what may be done with the texts and with this course.",
            *([f"To cite this course: {cited}"] if (cited := citation()) else []),
        ]
    )


def _introduction(site: Reading) -> Iterator[str]:
    """Yield the first paragraph below the title of the README."""
    readme = lessons_folder().parent / "README.md"
    words = read_file(readme) if kind_of(readme) == "file" else ""
    blocks = [one.strip() for one in re.split(r"\n\s*\n", re.split(r"^##", words, maxsplit=1, flags=re.M)[0])]
    yield from [site_prose(one, site.pages, "") for one in blocks if one and not one.startswith(_NO_PROSE)][:1]


def _listed(lesson: Lesson, site: Reading) -> str:
    phrases = course_settings().prose.phrases
    question, minutes = (_fact(lesson, phrases[one]) for one in ("question", "minutes"))
    sheet = site.sheet(lesson)
    facts = [
        f"{phrases['minutes']}: {minutes}." if minutes else "",
        element("a", "Worksheet to print", href=sheet) if sheet else "",
    ]
    return f"**[{lesson.title}](lessons/{lesson.path.name})**<br>" + "<br>".join(
        filter(None, [question, " ".join(filter(None, facts))])
    )


def _fact(lesson: Lesson, name: str) -> str:
    """Return what the table at the top of a lesson says, in Markdown."""
    found = re.search(rf"^\|\s*\*\*{re.escape(name)}\*\*\s*\|\s*(.*?)\s*\|\s*$", lesson.cells[0].prose, re.M)
    return found[1] if found else ""


def _where_to_answer(lessons: Sequence[Lesson], site: Reading) -> str:
    paper = " On paper: print the worksheet of a lesson and write on it." if site.results else ""
    if not site.answer_at:
        return f"Open the lessons in Jupyter, where you work with this course; its forms save your answers.{paper}"
    if all(site.place(one) for one in lessons):
        linked = (element("a", one.title, href=site.place(one)) for one in lessons)
        return f"Each of these links opens a lesson where it runs and saves your answers: {join(linked, '; ')}.{paper}"
    where = element("a", "the place where the lessons run", href=site.answer_at)
    return f"Go to {where} and open a lesson there; its forms save your answers.{paper}"


def rights_page(site: Reading) -> str:
    """Write what the files of the texts say of their rights, with credit, and under what the course itself is."""
    parts = ["# Rights of the texts"]
    for text in readable_texts()[0].values():
        said = {name: str(text.about.get(name) or "").strip() for name in ("rights", "source", *_MAKERS)}
        makers = (f"{name.capitalize()}: {said[name].rstrip('.')}." for name in _MAKERS if said[name])
        parts += [f"## {text.title}", said["rights"] or "The file says nothing of rights."]
        parts += ["**Credit.** " + " ".join(filter(None, [said["source"], *makers]))]
    # The section of the README that names the licence says what is under it.
    sections = re.split(r"^(?=## )", carried_sections({"LICENSE"}), flags=re.M)
    parts += [one for one in sections if "](LICENSE)" in one] or ["## This course", "See the files of the course."]
    cited = citation()
    parts += ["## How to cite this course", cited] if cited else []
    return site_prose("\n\n".join(parts), site.pages, "")


_MAKERS = ("translator", "transcriber")


def citation() -> str:
    """Return how to cite the course, from the file CITATION.cff; empty without such a file."""
    file = lessons_folder().parent / "CITATION.cff"
    if kind_of(file) != "file":
        return ""
    said = read_yaml(read_file(file), file.name)
    authors = said.get("authors")
    names = ", ".join(map(_name, authors)) if isinstance(authors, list) else ""
    version = f"Version {said['version']}" if said.get("version") else ""
    parts = [names, f"*{said.get('title') or course_title()}*", version, str(said.get("date-released") or "")]
    return " ".join(one if one.endswith((".", "?", "?*", "!")) else f"{one}." for one in parts if one)


def _name(author: object) -> str:
    if not isinstance(author, Mapping):
        return str(author)
    return str(author.get("name") or " ".join(str(author.get(f"{one}-names") or "") for one in ("given", "family")))


def table_page(name: str) -> str:
    """Write a table of the texts as a page: a list for each row, which a phone can show."""
    parts = [f"# Table: {name}", element("p", element("code", f"texts/{name}.csv"), " of this course.")]
    for row in read_table(name):
        cells = (
            join([element("dt", one.replace("_", " ")), element("dd", cell, style=_CELL)])
            for one, cell in row.items()
            if cell
        )
        parts.append(element("dl", *cells, style=_ROW, id=row.get("id")))
    parts.append(
        element(
            "p",
            "Words of the texts have rights of their own: see ",
            element("a", "Rights of the texts", href="../rights.html"),
            ".",
        )
    )
    return "---\norphan: true\n---\n\n" + "\n\n".join(parts)


_ROW = "display:grid;grid-template-columns:7em 1fr;gap:0.1em 0.8em;border-top:1px solid;padding-top:0.5em"
_CELL = "margin:0;min-width:0"
