"""The map of places: choose a place on it or in the list and read the words that name it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..maps import Gazetteer, find_places
from ..texts import Text
from .live import live_class, script, show


class PlacesMap(Gazetteer):
    """Places on a map with the words that name them; made by `places`.

    ``.to_frame()`` returns the places as a pandas DataFrame; ``.words`` is a table of the words that name them.
    """

    def _ipython_display_(self) -> None:
        alive = _widget()
        show(self, (lambda: alive(self.state())) if alive else None, "section.close-reading-map")

    def state(self) -> dict[str, object]:
        """Return all that the live view needs: the map as SVG, and the list as plain data without HTML."""
        return {"svg": self.picture.svg, "said": self.description, "groups": self.told(), "notes": self.notes}


def places(*texts: Text, layers: str | Iterable[str] = "actors", voice: str | Iterable[str] | None = None) -> PlacesMap:
    """Show the places of ``texts/places.csv`` on a map, with the words of the texts that name them.

    In a notebook with widgets, choose a place on the map or in the list to read the words that name it. Elsewhere
    the map is a picture, and the list opens the same words.

    Parameters
    ----------
    *texts : Text
        The texts; by default all texts of the module.
    layers, voice
        Whose words count, as in `Text.choose`; by default the historical actors'. The map also has places that
        only other words name, with another sign, and places known from outside the texts.

    Returns
    -------
    PlacesMap
        One row per place of ``places.csv``: place, today, latitude, longitude, sort, standing (``one text``,
        ``several texts``, ``left out`` or ``outside``), documents (that name it), found, left_out, names, outside,
        source_type, confidence, note. Its ``words`` is a table of the words found: place, document, layer, voice,
        paragraph, match, sentence, start, end.

    Raises
    ------
    UserError
        If there is no such table, a row of it is wrong, none of the texts names a place, or a layer or voice is
        unknown.

    Notes
    -----
    Coast lines of today: Natural Earth, 1:50 million, in the public domain. Lambert's azimuthal equal-area
    projection (J. P. Snyder, Map Projections: A Working Manual, 1987). No borders and no rivers are drawn.

    Examples
    --------
    >>> from helpers.texts import table_path
    >>> there = table_path("places").exists()
    >>> not there or len(places().words) == sum(row["found"] for row in places())
    True
    """
    return find_places(texts, layers=layers, voice=voice, made=PlacesMap)


@live_class
def _widget() -> Callable[[dict[str, object]], object]:
    import anywidget
    import traitlets

    class LiveMap(anywidget.AnyWidget):
        _esm = script("map")
        map = traitlets.Dict().tag(sync=True)

        def __init__(self, map: dict[str, object]) -> None:
            super().__init__(map=map)

        def __repr__(self) -> str:
            return "Run this cell to choose places on the map and read their words."

    return LiveMap
