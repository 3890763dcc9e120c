"""``places.csv``: each mistake has one message that says where it is and how to fix it."""

from __future__ import annotations

import pytest

from helpers import places
from helpers.core import UserError
from helpers.texts import check_tables

# A row, and what its only problem says.
MISTAKES = {
    "decimal comma": (
        'Tower,"53,86",8.7,bell tower,,,,,',
        "places.csv, line 2: the latitude “53,86” has a decimal comma. Write 53.86.",
    ),
    "two decimal commas": (
        'Tower,"53,86","8,7",bell tower,,,,,',
        "places.csv, line 2: the latitude “53,86” has a decimal comma. Write 53.86. The longitude “8,7” has a decimal "
        "comma. Write 8.7.",
    ),
    "latitude out of range": (
        "Tower,153.86,8.7,bell tower,,,,,",
        "the latitude “153.86” is not between -90 and 90. Are latitude and longitude swapped?",
    ),
    "longitude out of range": (
        "Tower,53.86,-180.5,bell tower,,,,,", "the longitude “-180.5” is not between -180 and 180. Correct it.",
    ),
    "decimal point lost": (
        "Tower,5386,8.7,bell tower,,,,,", "Has it lost its decimal point? Write, for example, 53.86.",
    ),
    "degrees and minutes": (
        "Tower,53°51′36″ N,8.7,bell tower,,,,,", "“53°51′36″ N” is not a number of degrees. Write 53.86.",
    ),
    "west in words": ("Tower,53.86,8.7 W,bell tower,,,,,", "“8.7 W” is not a number of degrees. Write -8.70."),
    "O, which is east or west": (
        "Tower,53.86,8.7 O,bell tower,,,,,", "“8.7 O” is not a number of degrees. Write it with a decimal point",
    ),
    "a date of a spreadsheet": ("Tower,Mai 53,8.7,bell tower,,,,,", "give the column the format Text and type it"),
    "no latitude": ("Tower,,8.7,bell tower,,,,,", "line 2: the column “latitude” is empty. Fill it in."),
    "a name in no text": (
        "Tower,53.86,8.7,bell towre,,,,,", "“bell towre” is in no text. The nearest passage is “bell tower",
    ),
    "a name without a word": ("Tower,53.86,8.7,*,,,,,", "A phrase to look for must have at least one word."),
    "no reason to be on the map": ("Tower,53.86,8.7,,,,,,", "“Tower” has neither names nor something from outside."),
    "an unknown sort": ("Tower,53.86,8.7,bell tower,,,,regin,", "“regin” in the column sort is not in the list: point"),
    "an unknown side": ("Tower,53.86,8.7,bell tower,,,,,east", "“east” in the column side is not in the list: right"),
    "a place twice": (
        "Tower,53.86,8.7,bell tower,,,,,\nTower,53.8,8.7,bell tower,,,,,", "line 3: the id “Tower” is already used in",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_in_a_place_has_one_message_in_the_check_and_on_the_map(name, write_places):
    row, said = MISTAKES[name]
    write_places(row)
    problems = [one["problem"] for one in check_tables()]
    assert len(problems) == 1, problems
    assert said in problems[0]
    with pytest.raises(UserError) as raised:
        places()
    assert str(raised.value) == problems[0]


def test_missing_column_is_named(write_places):
    write_places("Tower,53.86,8.7,bell tower,", head="place,lat,longitude,names,outside")
    with pytest.raises(
        UserError, match=r"places\.csv, line 1: the columns “latitude”, “source_type” and “confidence” are"
    ):
        places()
    write_places("Tower,53.86,8.7,bell tower,,,", head="place,latitud,longitude,names,outside,source_type,confidence")
    with pytest.raises(UserError, match=r"the column “latitude” is missing\. Rename “latitud” to “latitude”"):
        places()


def test_table_saved_with_semicolons_is_read(write_places):
    write_places(
        "Tower;53.86;−8.7;bell tower;;;;;",
        head="place;latitude;longitude;names;outside;source_type;confidence;sort;side",
    )
    assert [(row["latitude"], row["longitude"]) for row in places()] == [(53.86, -8.7)]


@pytest.mark.parametrize("rows", [(), ("North Sea,54.4,7.7,,,,,sea,",)])
def test_map_without_places_says_what_to_write(rows, write_places):
    write_places(*rows)
    with pytest.raises(UserError, match=r"nothing to draw: texts/places\.csv has no place"):
        places()


def test_unreadable_text_does_not_accuse_its_places(write_places, tmp_path):
    write_places("Tower,53.86,8.7,bell tower,,,,,")
    (tmp_path / "texts" / "1848-request.md").write_bytes(b"\xff\xfe broken")
    assert not [one for one in check_tables() if "places.csv" in one["problem"]]
