"""The start pages for students: of a package of lessons, and of the lessons as a web site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from ..core import Markup, classed, data_element, element, join, standalone_page
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
        _rights(),
        still_markdown(sections, where="README.md"),
        classed("p", "when", f"Version: {version}."),
    ]
    return standalone_page(f"{title}: start here", *body)


def _rights() -> Markup:
    said = ((title, words or "nothing is said of rights.") for title, words in rights_of_texts())
    return element("ul", *(element("li", element("strong", f"{title}: "), words) for title, words in said))


def site_page(lessons: Mapping[str, str], mark: str) -> str:
    """Write the first page of the lessons as a web site (JupyterLite), in which nothing has to be installed.

    Parameters
    ----------
    lessons : mapping
        The title of each notebook, by its name.
    mark : str
        The mark of the package of lessons from which the site is made.

    Examples
    --------
    >>> "lab/index.html?path=lessons/00-start-here.ipynb" in site_page({"00-start-here.ipynb": "Start"}, "1a2b3c4d")
    True
    """
    title = course_title()
    body = [
        # JupyterLite 0.8.6 reads its settings from this element of the page above it.
        data_element("jupyter-config-data", {}),
        element("h1", title),
        element(
            "p",
            "Nothing has to be installed. A lesson opens in this browser; wait some seconds, until the circle beside "
            "“Python” is empty. If you are asked for a kernel, press ",
            element("em", "Select"),
            ". On a phone, tap the sign of a folder at the left edge to close the list of files; ▶ runs a cell.",
        ),
        element(
            "ul",
            *(
                element("li", element("a", said, href=f"lab/index.html?path=lessons/{quote(name)}"))
                for name, said in lessons.items()
            ),
        ),
        element("h2", "Your work"),
        element(
            "p",
            "What you write is kept in this browser, on this computer, and nowhere else. It is lost if the data of the "
            "browser are cleared, and at once in a private window. ",
            element("strong", "Download it before you stop:"),
            " run ",
            element("code", "my_work()"),
            " in a lesson and press ",
            element("em", "Download my work"),
            ". To go on elsewhere, here or in JupyterLab, choose that file under ",
            element("em", "Restore"),
            ".",
        ),
        element("h2", "The texts and their rights"),
        element("p", "What the files of the texts say."),
        _rights(),
        classed("p", "when", f"Version: {mark}."),
    ]
    return standalone_page(title, *body)
