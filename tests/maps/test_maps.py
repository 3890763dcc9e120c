"""Maps: projection, coast lines, and where signs and names stand."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given, strategies

from helpers import load_text, places
from helpers.core import UserError
from helpers.maps import Entry, Plane, Site, coast_rings, draw_map, kilometres, near_and_far, on_land, words_width

SVG = "{http://www.w3.org/2000/svg}"
angles = strategies.floats(-89, 89), strategies.floats(-180, 180)
CLUSTERS = {
    "around the Black Sea": [(41.7, 44.8), (41.65, 41.64), (47.2, 39.7), (40.4, 49.9), (55.75, 37.6)],
    "across the 180th meridian": [(52, 179), (66, -172), (64, 177), (60, -166)],
    "one place": [(48.2, 16.4)],
    "two places at one spot": [(48.2, 16.4), (48.2, 16.4)],
    "opposite to land": [(-41.3, 174.8), (-36.8, 174.8), (-33.9, 151.2)],
    "opposite to a coast": [(-39.6, 171.2), (-40, 172)],
    "around the North Pole": [(78.2, 15.6), (71.3, -156.8), (76.5, -68.7), (73.5, 80.5)],
    "around the South Pole": [(-77.8, 166.7), (-64.8, -64.1), (-66.3, 110.5)],
    "all over the globe": [(55.8, 37.6), (-34.6, -58.4), (35.7, 139.7), (-33.9, 18.4), (40.7, -74), (-33.9, 151.2)],
    "at both ends of the earth": [(0, 0), (0, 180)],
    # All directions from a place in the Pacific that is opposite to the coast of Portugal.
    "up to an opposite coast": [
        Plane((-40.3, 171.15)).place(*point) for point in ((-9000, 0), (9000, 0), (0, -9000), (0, 9000))
    ],
}


def drawn(spots, **how):
    entries = [Entry(Site(f"Place {n}", spot, **how), n % 6) for n, spot in enumerate(spots)]
    return draw_map(entries, [], {0: "named"}, "Map. Of places.")


@given(*angles, *angles)
def test_place_on_the_plane_is_found_again(lat, lon, centre_lat, centre_lon):
    if kilometres((lat, lon), (centre_lat, centre_lon)) < 19_900:  # the opposite place has no direction
        plane = Plane((centre_lat, centre_lon))
        assert kilometres(plane.place(*plane.point(lat, lon)), (lat, lon)) < 1


def test_areas_are_equal_everywhere_on_the_plane():
    plane = Plane((50, 20))
    for south, west in ((0, 0), (45, 90), (-60, 40)):
        corners = [(south, west), (south, west + 1), (south + 1, west + 1), (south + 1, west)]
        points = [plane.point(*corner) for corner in corners]
        flat = abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*points, points[0]]))) / 2
        side = kilometres(*corners[0::3])
        globe = side * (kilometres(*corners[:2]) + kilometres(*corners[2:])) / 2
        assert flat == pytest.approx(globe, rel=0.01)


def test_known_places_are_on_land_or_in_the_sea():
    land = [(55.75, 37.6), (48.85, 2.35), (40.4, 49.6), (-33, 147), (64.8, -18), (-80, 10), (90 - 1e-6, 0)]
    assert [on_land(*place) for place in land] == [True] * 6 + [False]
    sea = {"Black Sea": (43, 34), "Caspian Sea": (42, 50.5), "Pacific": (0, 180), "Mediterranean": (35, 18)}
    assert [name for name, place in sea.items() if on_land(*place)] == []


def test_coast_lines_are_rings_of_places_on_the_globe():
    rings = coast_rings()
    assert len(rings) > 1000
    assert all(len(ring) > 2 and all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring) for ring in rings)


def _inside(rings, x, y):
    """Whether a point is inside rings by the even-odd rule, as SVG fills them."""
    return (
        sum(
            (y1 <= y) != (y2 <= y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1)
            for ring in rings
            for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]])
        )
        % 2
    )


@pytest.mark.parametrize("name", CLUSTERS)
def test_land_is_drawn_where_there_is_land(name):
    picture = drawn(CLUSTERS[name])
    paths = [path.get("d") for path in ET.fromstring(picture.svg).iter(f"{SVG}path") if path.get("id")]
    assert len(paths) == len(picture.sheets)
    for data, (sheet, _) in zip(paths, picture.sheets, strict=True):
        rings = [
            [tuple(map(float, point.split(","))) for point in ring.strip("Z").split()] for ring in data.split("M")[1:]
        ]
        wrong, total = 0, 0
        for a in range(1, 10):
            for b in range(1, 10):
                x = sheet.frame.left + (sheet.frame.right - sheet.frame.left) * a / 10
                y = sheet.frame.top + (sheet.frame.bottom - sheet.frame.top) * b / 10
                place = sheet.place(x, y)
                if abs(sheet.at(place)[0] - x) + abs(sheet.at(place)[1] - y) > 0.01:
                    continue  # beyond the edge of the map of the whole globe
                total += 1
                wrong += _inside(rings, x, y) != on_land(*place)
        # Small islands, and bays that are narrower than a step of the drawing, may differ.
        assert wrong <= 0.02 * total, f"{wrong} of {total}"


@pytest.mark.parametrize("name", CLUSTERS)
def test_signs_stand_inside_the_frame(name):
    for sheet, labels in drawn(CLUSTERS[name]).sheets:
        for label in labels:
            assert sheet.frame.left < label.sign[0] < sheet.frame.right
            assert sheet.frame.top < label.sign[1] < sheet.frame.bottom


def test_distances_on_the_map_are_true_to_its_scale():
    ((sheet, _),) = drawn([(41.7, 44.8), (41.65, 41.64), (40.4, 49.9)]).sheets
    (x1, y1), (x2, y2) = sheet.at((41.7, 44.8)), sheet.at((40.4, 49.9))
    length = ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5 / sheet.scale
    assert length == pytest.approx(kilometres((41.7, 44.8), (40.4, 49.9)), rel=0.01)


def test_far_places_stand_on_a_small_map_of_all():
    picture = drawn(CLUSTERS["around the Black Sea"])
    (large, near), (small, far) = picture.sheets
    assert [label.site.name for label in near] == ["Place 0", "Place 1", "Place 2", "Place 3"]
    assert [label.site.name for label in far] == ["Place 4"]
    assert small.frame.inside(large.frame)
    assert not any(label.box.overlaps(small.frame) for label in near)


def test_places_are_all_near_where_none_is_far():
    assert near_and_far([(41, 44), (42, 45), (43, 46), (44, 47)])[1] == []
    assert near_and_far([(41, 44), (41, 44), (41, 44), (41.1, 44)])[1] == []
    assert near_and_far([(41, 44), (41.5, 44), (80, 0)])[1] == []


@pytest.mark.parametrize("seed", range(12))
def test_names_overlap_neither_each_other_nor_signs(seed):
    chance = random.Random(seed)
    count = chance.choice([2, 5, 12, 25, 60, 150])
    spots = [(42 + chance.gauss(0, 3), 45 + chance.gauss(0, 4)) for _ in range(count)]
    entries = [Entry(Site("Long Name " * (n % 3) + "x", spot, n % 4 == 0), 0) for n, spot in enumerate(spots)]
    picture = draw_map(entries, [Site("a sea", (42, 45), True)], {0: "named"}, "Map.")
    assert sum(len(labels) for _, labels in picture.sheets) == count
    for sheet, labels in picture.sheets:
        shown = [label for label in labels if label.shown]
        assert all(label.box.inside(sheet.frame) for label in shown)
        assert not [1 for one, other in combinations(shown, 2) if one.box.overlaps(other.box)]
        for label in shown:
            for other in labels:
                x, y = other.sign
                under = label.box.left < x < label.box.right and label.box.top < y < label.box.bottom
                assert other is label or not under, (label.site, other.site)
    if count <= 5:
        assert picture.unlabelled == []


def test_crowded_map_says_which_names_have_no_room(write_places):
    write_places(*(f"Place number {n},53.86,8.7,bell tower,,,,," for n in range(30)))
    shown = places()
    assert shown.picture.unlabelled
    assert f"No room for the names of: {shown.picture.unlabelled[0]}" in shown._repr_html_()


def test_more_places_than_can_be_read_are_counted_and_stay_in_the_list(write_places):
    write_places(*(f"Place number {n},{n / 20 - 50},{n / 10 - 80},bell tower,,,,," for n in range(1500)))
    shown = places()
    assert shown.picture.svg.count('class="site"') == 120
    said = "Not on the map: 1,380 more places, later in places.csv; the list has them."
    assert said in shown.notes
    assert said in shown.description
    assert "Place number 119" in shown.description
    assert "Place number 120" not in shown.description
    html = shown._repr_html_()
    assert said in html
    assert "Place number 1499" in html


def test_broad_letters_get_more_room():
    assert words_width("東京市", 20) > words_width("MMM", 20) - 1 > words_width("abc", 20)


def test_same_places_give_the_same_picture():
    spots = CLUSTERS["around the Black Sea"]
    assert drawn(spots).svg == drawn(spots).svg


def test_words_of_tables_are_escaped(write_places):
    name = '<script>bad()</script> & "x"'.replace('"', '""')
    write_places(f'"{name}",53.86,8.7,bell tower,"<img src=x onerror=bad()>","</svg>",,,')
    shown = places()
    assert ET.fromstring(shown.picture.svg)
    html = shown._repr_html_()
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;" in shown.picture.svg


# ---- the example: what names a place


def test_place_has_the_words_that_name_it(example):
    shown = places()
    assert {row["place"]: (row["standing"], row["documents"], row["left_out"]) for row in shown} == {
        "the bell tower": ("one text", "1848-request", ""),
        "the ferry": ("one text", "1848-reply", "editors 1"),
        "the far bank": ("one text", "1848-request", ""),
        "the press": ("outside", "", ""),
    }
    (word,) = (row for row in shown.words if row["place"] == "the bell tower")
    assert (word["layer"], word["voice"], word["paragraph"], word["match"]) == ("letter", "finch", 3, "bell tower")
    assert load_text("1848-request").content[word["start"] : word["end"]] == "bell tower"
    assert "North Sea" not in [*shown.to_frame()["place"]]
    assert "North Sea" in shown.picture.svg


def test_layers_decide_whose_words_count(example):
    standing = {row["place"]: row["standing"] for row in places(layers="editors")}
    assert standing["the ferry"] == "one text"
    assert standing["the bell tower"] == "left out"
    assert "named only in words left out here" in places(layers="editors").description
    assert [row["found"] for row in places(layers="all") if row["place"] == "the ferry"] == [2]
    assert [row["found"] for row in places(voice="finch") if row["place"] == "the ferry"] == [0]
    with pytest.raises(UserError, match="No layer “leter”"):
        places(layers="leter")
    with pytest.raises(UserError, match="No voice “nobody”"):
        places(voice="nobody")


def test_map_of_one_text_leaves_out_what_only_others_name(example):
    names = [row["place"] for row in places(load_text("1848-reply"))]
    assert names == ["the ferry", "the press"]
    with pytest.raises(UserError, match="'1848-reply' is not a text"):
        places("1848-reply")


def test_place_named_in_both_texts_has_a_sign_of_its_own(write_places):
    write_places("Tower,53.86,8.7,bell tower | the ferry,,,,,")
    (row,) = places()
    assert (row["standing"], row["documents"]) == ("several texts", "1848-request, 1848-reply")
    assert "named in both texts" in places().picture.svg


def test_each_of_three_texts_has_a_sign_and_more_share_one(write_places, tmp_path):
    rows = [f"Tower {n},53.{n},8.{n},unheard{n},,,,," for n in range(4)]
    for n in range(4):
        words = f"---\ntitle: Letter {n}\ndate: 190{n}-01-01\n---\nThey went to Unheard{n}.\n"
        (tmp_path / "texts" / f"{'outside' if n == 0 else n}.md").write_text(words, encoding="utf-8")
    write_places(*rows[:3])
    assert [(one.sign, one.words) for one in places().groups] == [
        (0, "named in Letter 0"), (1, "named in Letter 1"), (2, "named in Letter 2"),
    ]  # fmt: skip
    write_places(*rows)
    assert [one.sign for one in places().groups] == [0] * 4
    svg = places().picture.svg
    assert "named in one text" in svg
    assert "named in Letter 3</text>" not in svg


def test_picture_has_its_alternative_text_and_the_list_its_words(example):
    html = places()._repr_html_()
    (alt,) = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,', html)
    assert alt.startswith("Map of 4 places. Named in the letter of 4 April 1848: the bell tower, the far bank;")
    assert html.count("<details>") == 4
    assert "key of the <mark" in html
    assert "¶3" in html
    assert "The letters were printed here in 1902." in html
    root = ET.fromstring(places().picture.svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}desc").text == alt
