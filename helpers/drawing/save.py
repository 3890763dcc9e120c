"""Save a picture with its description as PNG, or as SVG with text as text."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from ..core import UserError, element, neutralised, short_repr, typed_path, write_new_file
from .in_words import WHY, NoPicture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 150
# Matplotlib 3.11 makes the ids in an SVG from its content and this salt: the same picture gives the same file.
_SALT = "picture"


def save_picture(picture: Axes | Figure, path: str | Path, *, force: bool = False) -> Path:
    """Save a picture as a file that contains its description.

    Parameters
    ----------
    picture : matplotlib.axes.Axes or matplotlib.figure.Figure
        The picture, from `plot_network` or another function of this module.
    path : str or pathlib.Path
        The file to write: ``.png`` for a page or a slide, ``.svg`` for print, for magnification
        and for screen readers.
    force : bool
        Whether to replace an existing file.

    Returns
    -------
    pathlib.Path
        The path of the file.

    Raises
    ------
    UserError
        If ``picture`` is not a picture, ``path`` has another ending, the file already exists or
        cannot be written.

    Notes
    -----
    The file contains no date, so the same picture always gives the same file.

    Examples
    --------
    >>> save_picture("network", "network.png")
    Traceback (most recent call last):
    helpers.core.errors.UserError: 'network' is not a picture. Make one first: picture = plot_network(…).
    """
    if isinstance(picture, NoPicture):
        raise UserError(f"{WHY} So there is none to save. The list in its place can be copied.")
    figure: object = picture if hasattr(picture, "savefig") else getattr(picture, "figure", None)
    if not _is_figure(figure):
        raise UserError(f"{short_repr(picture)} is not a picture. Make one first: picture = plot_network(…).")
    path = typed_path(path)
    makers = {".png": _png, ".svg": _svg}
    if path.suffix.lower() not in makers:
        raise UserError(f"“{path.name}”: the name of a picture file ends in .png or .svg. Choose such a name.")
    words = neutralised(getattr(figure, "description", "") or "A picture without a description.")
    return write_new_file(path, makers[path.suffix.lower()](figure, words), force=force, replace_with="force=True")


def _is_figure(thing: object) -> TypeGuard[Figure]:
    return hasattr(thing, "savefig") and hasattr(thing, "dpi")


def _title(words: str) -> str:
    return re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]


def _png(figure: Figure, words: str) -> bytes:
    drawn = io.BytesIO()
    about = {"Title": _title(words), "Description": words, "Software": None}
    figure.savefig(drawn, format="png", dpi=_DPI, metadata=about)
    return drawn.getvalue()


def _svg(figure: Figure, words: str) -> bytes:
    import matplotlib

    drawn = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": _SALT}):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    # Screen readers read the first title and desc of an SVG.
    description = element("title", _title(words), id="picture-title") + element("desc", words, id="picture-desc")
    opening = re.compile(r"<svg\b([^>]*)>")
    named = r'<svg\1 role="img" aria-labelledby="picture-title" aria-describedby="picture-desc">'
    return opening.sub(lambda found: found.expand(named) + description, drawn.getvalue(), count=1).encode("utf-8")
