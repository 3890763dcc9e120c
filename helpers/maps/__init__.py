"""Maps of the places that texts name, as SVG without any other package, and lists of the words that name them.

Input: rows of ``places.csv``, texts, and the coast lines of the world in ``coast.txt`` (made by
``tests/maps/make_coast.py``). Output: a `Gazetteer`, which is the table, the list and the picture. Start with
``gazetteer``; ``sheet_layout`` decides what stands where, ``drawing_svg`` draws it, ``projection`` is the geometry.
"""

from .coast import coast_rings, decoded, on_land
from .drawing_svg import Entry, Picture, draw_map
from .gazetteer import Gazetteer, find_places
from .projection import Plane, clipped, edge, kilometres, middle, projected
from .sheet_layout import Box, Label, Sheet, Site, large_sheet, near_and_far, placed, words_width
