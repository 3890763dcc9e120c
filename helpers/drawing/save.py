"""A picture as a file that still says what it shows: PNG, and SVG whose words are words."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from ..core import UserError, element, neutralised, write_new_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 150
# Names inside an SVG come from its content and this, so that the same picture is the same file.
_SALT = "picture"


def save_picture(picture: Axes | Figure, path: str | Path, *, force: bool = False) -> Path:
    """Save a picture with its description inside.

    Parameters
    ----------
    picture : matplotlib.axes.Axes or matplotlib.figure.Figure
        What `plot_network` or another view of this module gave.
    path : str or pathlib.Path
        The file; ``.png`` for a page or a slide, ``.svg`` for print, for magnifying and for
        programs that read words aloud.
    force : bool
        Whether a file that is there may be replaced.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    UserError
        If it is no picture, the ending is another, or the file is there already.

    Notes
    -----
    The same picture gives the same file: it holds no date.

    Examples
    --------
    >>> save_picture("network", "network.png")
    Traceback (most recent call last):
    helpers.core.errors.UserError: 'network' is no picture. Make one first: picture = plot_network(…).
    """
    figure: object = picture if hasattr(picture, "savefig") else getattr(picture, "figure", None)
    if not _is_figure(figure):
        raise UserError(f"{str(picture)[:60]!r} is no picture. Make one first: picture = plot_network(…).")
    path = Path(path).expanduser()
    makers = {".png": _png, ".svg": _svg}
    if path.suffix.lower() not in makers:
        raise UserError(f"“{path.name}”: a picture ends in .png or .svg. Give it such a name.")
    words = neutralised(getattr(figure, "description", "") or "A picture without description.")
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
    # What a reader of the screen says of an SVG are its first title and desc.
    said = element("title", _title(words), id="picture-title") + element("desc", words, id="picture-desc")
    opening = re.compile(r"<svg\b([^>]*)>")
    named = r'<svg\1 role="img" aria-labelledby="picture-title" aria-describedby="picture-desc">'
    return opening.sub(lambda found: found.expand(named) + said, drawn.getvalue(), count=1).encode("utf-8")
