"""The start page of a package of lessons: how to open it, go on, hand in, and take over a new package."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import Markup, classed, element, join, standalone_page
from ..texts import readable_texts
from ..worksheets import still_markdown
from .package_readme import course_title

START = "START-HERE.html"


def commands(lesson: str) -> tuple[tuple[str, str, str], ...]:
    """List the commands for each system: its name, what installs and opens, and what opens again."""
    opens = f"jupyter lab --notebook-dir=. lessons/{lesson}"
    return (
        (
            "Linux and macOS",
            f"python3 -m venv .venv && .venv/bin/python -m pip install -r binder/requirements.txt && .venv/bin/{opens}",
            f".venv/bin/{opens}",
        ),
        (
            "Windows, in PowerShell",
            "py -3 -m venv .venv; if ($?) { .venv\\Scripts\\python -m pip install -r binder/requirements.txt }; "
            f"if ($?) {{ .venv\\Scripts\\{opens} }}",
            f".venv\\Scripts\\{opens}",
        ),
    )


def rights_of_texts() -> list[tuple[str, str]]:
    """List the title of every text and what its file says of its rights; empty if it says nothing."""
    return [(text.title, str(text.about.get("rights") or "").strip()) for text in readable_texts()[0].values()]


def start_page(lessons: Sequence[str], version: str, sections: str = "", *, whole: bool = True) -> str:
    """Write the start page for these lessons, which are the whole course or not, with more sections in Markdown.

    Examples
    --------
    >>> "python3 -m venv .venv" in start_page(["00-start-here.ipynb"], "course 1.0")
    True
    """
    title = course_title()
    for_systems = commands(lessons[0])

    def code(words: str) -> Markup:
        return element("pre", element("code", words), style="white-space:pre-wrap;overflow-wrap:anywhere")

    def each(which: int) -> Markup:
        return join([join([element("p", f"On {system[0]}:"), code(system[which])]) for system in for_systems])

    listed = (element("li", element("code", f"lessons/{name}")) for name in lessons)
    body = [
        element("h1", title),
        element("p", "Start here. This folder has everything but Python; it needs no git and no account."),
        element("h2", "The first time"),
        element(
            "ol",
            element(
                "li",
                "Unpack the zip file; looking into it is not enough. On Windows: right-click it and choose ",
                element("em", "Extract All"),
                ". Keep the folder where you find it again.",
            ),
            element(
                "li", "You need Python 3.11 or newer: python.org/downloads. The first time you also need internet."
            ),
            element(
                "li",
                "Open a terminal in the folder in which this page is. Windows: right-click an empty place in it, ",
                element("em", "Open in Terminal"),
                ". macOS: right-click the folder, ",
                element("em", "Services → New Terminal at Folder"),
                ". Linux: right-click, ",
                element("em", "Open in Terminal"),
                ".",
            ),
            element("li", "Paste the line for your system. It installs everything in this folder, in a minute or two."),
        ),
        each(1),
        element("h2", "Every other time"),
        element("p", "Open a terminal in the folder again. Your answers are still there."),
        each(2),
        element("p", "To stop, choose ", element("em", "File → Shut Down"), " in the browser."),
        element("h2", "The lessons in this package"),
        element("ul", *listed),
        *([] if whole else [element("p", "A link to another lesson works when a later package has brought it.")]),
        element("h2", "Your work"),
        element(
            "p",
            "Your answers are saved in ",
            element("code", "lessons/my-work"),
            " on this computer and go nowhere else. Run ",
            element("code", "my_work()"),
            " in a lesson and press ",
            element("em", "Page to hand in"),
            ": that one file is what you hand in. The whole work is inside it. Keep it as your backup: if the computer "
            "is lost, open the lessons on another one and choose this file under ",
            element("em", "Restore"),
            ".",
        ),
        element("h2", "When a new package comes"),
        element(
            "p",
            "It has corrected or further lessons. Close JupyterLab and put the new zip file into the folder in which "
            "this folder is. If you wrote cells of your own into a notebook, copy the folder ",
            element("code", "lessons"),
            " first, each time under another name. Then, in a terminal in this folder (write the name of the new file "
            "for ",
            element("code", "NEW.zip"),
            "):",
        ),
        element("p", "On Linux and macOS:"),
        code(".venv/bin/python -m zipfile -e ../NEW.zip .."),
        element("p", "On Windows, in PowerShell:"),
        code(".venv\\Scripts\\python -m zipfile -e ..\\NEW.zip .."),
        element(
            "p",
            "Then start with the line of the first time, which also installs what is new. The package replaces the "
            "lessons and leaves your answers as they are. Answers to a question that was really changed are kept too: ",
            element("code", "my_work()"),
            " names them, and you answer again.",
        ),
        element(
            "p",
            "If you have unpacked the new package somewhere else, your answers are still in the old folder. Before you "
            "start there, copy ",
            element("code", "lessons/my-work"),
            " from the old folder into the new folder ",
            element("code", "lessons"),
            "; later, choose your page to hand in under ",
            element("em", "Restore"),
            ".",
        ),
        element("h2", "The texts and their rights"),
        element(
            "p",
            "What the files of the texts say. This package is for your class: do not put it where anybody can get it.",
        ),
        element(
            "ul",
            *(
                element("li", element("strong", f"{one}: "), said or "nothing is said of rights.")
                for one, said in rights_of_texts()
            ),
        ),
        still_markdown(sections, where="README.md"),
        classed("p", "when", f"Version: {version}."),
    ]
    return standalone_page(f"{title}: start here", *body)
