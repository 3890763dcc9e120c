"""Functions that the first cell of a lesson imports, in a module that is imported quickly.

The questions and the work behind them are imported when a function is called: a lesson begins with a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..portfolio import Recalled
    from .form import Form, Recorded
    from .portfolio import AnothersWork, MyWork

_NOTHING = object()


def answer(id: str, response: object = _NOTHING) -> Form | Recorded:
    """Show a question with its form; or, with a response, record the response as the answer.

    The form saves an answer as soon as the student presses the button.

    Parameters
    ----------
    id : str
        The question, such as ``"1.2"``: question 2 of lesson 1.
    response : object, optional
        The answer: an option id; a list of option ids; words of a text to mark; a list of item
        ids in order; a mapping of item ids to option ids; or free text.

    Returns
    -------
    Form or Recorded
        Displays the question and its form; or the answer and its verdict, which are shown live and
        are not stored in the notebook. ``print`` writes the verdict as text.

    Raises
    ------
    UserError
        If there is no such question, or the response cannot be an answer to it.

    Examples
    --------
    >>> answer("0.1")  # doctest: +ELLIPSIS
    Question 0.1: ...
    >>> done = answer("0.1", answer("0.1").question.options[0].id)
    >>> done.saved
    True
    """
    from .form import ask, record

    return ask(id) if response is _NOTHING else record(id, response)


def my_work(
    *questions: str,
    me: str | bool | None = None,
    name: str | None = None,
    restore: str | Path | None = None,
    read: str | Path | None = None,
    save: str | Path | None = None,
    texts: bool | None = None,
) -> MyWork | Recalled | AnothersWork:
    """Show your work: your progress, with buttons to download, restore and export it.

    Without widgets, use the keywords instead; they are carried out in this order.

    Parameters
    ----------
    *questions : str
        Questions such as ``"1.2"``, to show only your answers to these, with their quotations
        checked and the marks of yours that they quote.
    me : str or bool, optional
        Where several people use one account: your name as you gave it, or ``"new"`` to begin anew.
        ``True`` says that the work here, and a file to restore, are yours.
    name : str, optional
        Your name or a pseudonym, given once. It is put on the work that you hand in.
    restore : str or pathlib.Path, optional
        A downloaded file to restore, also in a zip or gzip archive, or a folder of work. Nothing is
        overwritten.
    read : str or pathlib.Path, optional
        A download of somebody else, to read it and leave your own work as it is.
    save : str or pathlib.Path, optional
        A folder, to save the same file as Download; or a file whose ending gives the format:
        .jsonl (to restore), .html, .md, .csv or .jsonld.
    texts : bool, optional
        ``True`` confirms that you may pass on the texts that you brought along (`my_text`), for
        study in your class, so that your downloads include them. Without it they stay out.

    Returns
    -------
    MyWork, Recalled or AnothersWork
        Displays the page. Your words are shown live and are not stored in the notebook; ``print``
        writes them as text.

    Raises
    ------
    UserError
        If the name or the file is not valid, the disk cannot be written, or there is no such
        question.

    Examples
    --------
    >>> my_work(name="Fox").said
    'The name “Fox” is saved.'
    """
    from .portfolio import work_of_student

    return work_of_student(*questions, me=me, name=name, restore=restore, read=read, save=save, texts=texts)
