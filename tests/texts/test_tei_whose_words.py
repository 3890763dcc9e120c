"""Whose words a TEI file gives: divisions, hands, senders, quotations, registers; headers with several people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers import correspondence
from helpers.__main__ import main
from helpers.texts import Text, load_text, load_texts, parse_tei

NAMESPACE = "http://www.tei-c.org/ns/1.0"
ANN = '<correspAction type="sent"><persName ref="#p1">Ann</persName></correspAction>'
BOTH = '<correspAction type="sent"><persName ref="#p1">Ann</persName><persName ref="#p2">Bob</persName></correspAction>'
CAY = '<correspAction type="received"><persName ref="#p3">Cay</persName></correspAction>'
PEOPLE = (
    '<particDesc><listPerson><person xml:id="p2"><persName>Bob</persName></person>'
    '<person xml:id="p9"><persName>Dan</persName></person></listPerson></particDesc>'
    '<handNotes><handNote xml:id="main" scope="major">ink</handNote>'
    '<handNote xml:id="pencil" scribe="archivist">pencil</handNote></handNotes>'
)
EDITOR = '<editor xml:id="ed">Eva Lund</editor><editor role="translator">Tom Hale</editor>'


def tei(
    text: str, sent: str = ANN, *, editor: str = EDITOR, more: str = PEOPLE, title: str = "<title>T</title>"
) -> str:
    profile = f"<profileDesc><correspDesc>{sent}{CAY}</correspDesc>{more}</profileDesc>"
    head = f"<fileDesc><titleStmt>{title}{editor}</titleStmt></fileDesc>{profile}"
    body = text if "<body" in text else f"<body>{text}</body>"
    return f'<TEI xmlns="{NAMESPACE}"><teiHeader>{head}</teiHeader><text>{body}</text></TEI>'


def layers(text: Text) -> list[tuple[str, str, str]]:
    """The kind, the label and the words of every layer."""
    return [(layer.kind, layer.label, " ".join(layer.text.split())) for layer in text]


LETTER = ("actor", "Ann: letter", "Return it.")
DIVISIONS = {
    "a commentary beside the letter": (
        '<div type="letter"><p>Return it.</p></div><div type="comment"><p>Late.</p></div>',
        [LETTER, ("editor", "Eva Lund, editor: comment", "Late.")],
    ),
    "an unknown type beside the letter": (
        '<div type="Brief"><p>Return it.</p></div><div type="Sachstand"><p>Late.</p></div>',
        [LETTER, ("editor", "Eva Lund, editor: Sachstand", "Late.")],
    ),
    "no type beside the letter": (
        '<div type="letter"><p>Return it.</p></div><div><p>Late.</p></div>',
        [LETTER, ("editor", "Eva Lund, editor: remark", "Late.")],
    ),
    "paragraphs beside the letter": (
        '<p>Late.</p><div type="letter"><p>Return it.</p></div>',
        [("editor", "Eva Lund, editor: remark", "Late."), LETTER],
    ),
    "no type beside an unknown type": (
        '<div><p>Return it.</p></div><div type="Sachstand"><p>Late.</p></div>',
        [LETTER, ("editor", "Eva Lund, editor: Sachstand", "Late.")],
    ),
    "one unknown type alone": ('<div type="Sachstand"><p>Return it.</p></div>', [LETTER]),
    "pages of a letter": ('<div type="page"><p>Return</p></div><div type="page"><p>it.</p></div>', [LETTER]),
    "pages inside the letter": (
        '<div type="letter"><div type="recto"><p>Return</p></div><div type="verso"><p>it.</p></div></div>',
        [LETTER],
    ),
    "a commentary inside the letter": (
        '<div type="letter"><p>Return it.</p><div type="Stellenkommentar"><p>Late.</p></div></div>',
        [LETTER, ("editor", "Eva Lund, editor: Stellenkommentar", "Late.")],
    ),
    "the one that is signed": (
        '<div type="a"><p>Late.</p></div><div type="b"><p>Return it.</p><closer><signed>A.</signed></closer></div>',
        [("editor", "Eva Lund, editor: a", "Late."), ("actor", "Ann: letter", "Return it. A.")],
    ),
    "a translation beside its original": (
        '<div type="original"><p>Gib es her.</p></div><div type="translation"><p>Return it.</p></div>',
        [("actor", "Ann: letter", "Gib es her."), ("editor", "Tom Hale, translator: translation", "Return it.")],
    ),
    "a translation by its subtype": (
        '<div type="letter"><p>Gib es her.</p></div><div type="letter" subtype="translation"><p>Return it.</p></div>',
        [("actor", "Ann: letter", "Gib es her."), ("editor", "Tom Hale, translator: translation", "Return it.")],
    ),
    "a translation alone": ('<div type="translation"><p>Return it.</p></div>', [LETTER]),
    "a translation beside a commentary": (
        '<div type="translation"><p>Return it.</p></div><div type="commentary"><p>Late.</p></div>',
        [LETTER, ("editor", "Eva Lund, editor: commentary", "Late.")],
    ),
    "opener and closer in front and back": (
        '<front><div type="salutation"><p>Friend!</p></div><div type="headnote"><p>Late.</p></div></front>'
        "<body><p>Return it.</p></body><back><closer>Ann</closer><p>Late.</p></back>",
        [
            ("actor", "Ann: letter", "Friend!"),
            ("editor", "Eva Lund, editor: headnote", "Late."),
            ("actor", "Ann: letter", "Return it. Ann"),
            ("editor", "Eva Lund, editor: back", "Late."),
        ],
    ),
    "a register": (
        "<body><p>Return it.</p></body><back><listPerson><person><persName>Ann</persName></person>"
        "<person><persName>Bob</persName></person></listPerson></back>",
        [LETTER, ("dropped", "Eva Lund, editor: register", "Ann Bob")],
    ),
    "a group of texts": (
        '<group><text type="original"><body><p>Return it.</p></body></text>'
        '<text type="commentary"><body><p>Late.</p></body></text></group>',
        [LETTER, ("editor", "Eva Lund, editor: commentary", "Late.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIVISIONS)
def test_division_belongs_to_the_writer_only_if_it_is_shown_to_be_hers(name):
    body, expected = DIVISIONS[name]
    if body.startswith(("<front>", "<group>")):
        text = parse_tei(tei(body if "<front>" in body else "<body/>").replace("<text><body/>", f"<text>{body}"))
    else:
        text = parse_tei(tei(body))
    assert layers(text) == expected


def test_edition_that_does_not_name_the_letter_is_doubted():
    text = parse_tei(tei('<div type="a"><p>One.</p></div><div type="b"><p>Two.</p></div>'))
    assert [layer.kind for layer in text] == ["actor", "editor"]
    assert any("which of its divisions (“a”, “b”) is the letter" in doubt for doubt in text.about["not_verified"])


def test_type_of_a_division_becomes_a_layer_id_that_can_be_typed():
    text = parse_tei(
        tei(
            '<div type="letter"><p>A</p></div><div type="Übersicht &amp; Stand"><p>B</p></div>'
            '<div type="all"><p>C</p></div>'
        )
    )
    assert [layer.id for layer in text] == ["letter", "ubersicht-stand", "all-part"]


HANDS = {
    "a hand begins another layer": (
        '<p>I write.<handShift new="#p9"/> He goes on.</p><p>So.</p>',
        [("actor", "Ann: letter", "I write."), ("actor", "Ann: in the hand of Dan", "He goes on. So.")],
    ),
    "the hand goes back": (
        '<p>One.<handShift new="#p9"/>Two.<handShift new="#main"/>Three.</p>',
        [
            ("actor", "Ann: letter", "One."),
            ("actor", "Ann: in the hand of Dan", "Two."),
            ("actor", "Ann: letter", "Three."),
        ],
    ),
    "another ink is no other hand": (
        '<p>One <handShift medium="pencil"/>two <handShift script="latin"/>three.</p>',
        [("actor", "Ann: letter", "One two three.")],
    ),
    "an addition by the archive": (
        '<p><add hand="#pencil">12</add> Return <add>all</add> of <add hand="#main">it</add>.</p>',
        [("actor", "Ann: letter", "[1] Return all of it."), ("copyist", "archivist: addition", "[1] 12")],
    ),
    "a deletion by the archive": (
        '<p>Return <del hand="#pencil">all of</del> <del>that</del> it.</p>',
        [("actor", "Ann: letter", "Return all of it.")],
    ),
    "resp on an addition gives no voice": (
        '<p>Return <add resp="#p9">all</add> <unclear resp="#p9">of</unclear> it.</p>',
        [("actor", "Ann: letter", "Return all of it.")],
    ),
    "resp of a person on a division": (
        '<div type="letter"><p>One.</p></div><div type="letter" resp="#p9"><p>Two.</p></div>',
        [("actor", "Ann: letter", "One."), ("actor", "Dan: letter", "Two.")],
    ),
    "resp of an encoder on the letter": ('<div type="letter" resp="#ed"><p>Return it.</p></div>', [LETTER]),
    "resp of an editor on a note": (
        '<p>Return it.<note resp="#ed">Late.</note></p>',
        [("actor", "Ann: letter", "Return it.[1]"), ("editor", "Eva Lund, editor: note [1]", "[1] Late.")],
    ),
}


@pytest.mark.parametrize("name", HANDS)
def test_hand_names_the_hand_and_resp_names_the_voice(name):
    body, expected = HANDS[name]
    assert layers(parse_tei(tei(body))) == expected


def test_parts_of_several_senders_get_their_own_voices():
    body = (
        '<div type="writingSession" resp="#p1"><p>One.</p></div><div resp="#p2"><p>Two.</p></div>'
        '<postscript><p>Three.</p><signed><persName ref="#p1">A.</persName></signed></postscript>'
        '<div type="draft"><p>Four.<handShift new="#p2"/>Five.</p></div>'
    )
    text = parse_tei(tei(body, BOTH))
    assert [(layer.speaker, " ".join(layer.text.split())) for layer in text if layer.kind == "actor"] == [
        ("Ann", "One."),
        ("Bob", "Two."),
        ("Ann", "Three. A."),
        ("Ann and Bob", "Four."),
        ("Bob", "Five."),
    ]
    assert any("does not say who wrote which words" in doubt for doubt in text.about["not_verified"])


def test_sender_without_words_is_named_on_the_card():
    text = parse_tei(tei('<div resp="#p1"><p>One.</p></div>', BOTH))
    assert text.parts[0].speaker == "Ann"
    assert text.about["not_verified"] == ["The edition names Bob among the senders, but no words as theirs."]


WORDS = {
    "a quotation without marks": ("<p>he said <q>come</q> and went</p>", "he said “come” and went"),
    "a quotation with marks inside": ("<p>he said <q>„come“</q> and went</p>", "he said „come“ and went"),
    "a quotation with marks around": ("<p>he said «<quote>come</quote>» and went</p>", "he said «come» and went"),
    "a quotation in a quotation": ("<p><q>he said <q>come</q></q> and went</p>", "“he said ‘come’” and went"),
    "so called": ("<p>the<soCalled> garden </soCalled>.</p>", "the “garden” ."),
    "a quoted paragraph": ("<quote><p>One.</p><p>Two.</p></quote>", "“One.”\n\n“Two.”"),
    "an empty quotation": ("<p>he <q/> said</p>", "he said"),
    "a weak hyphen": ("<p>bös<pc force='weak'>-</pc><lb/>artig</p>", "bösartig"),
    "a note inside a divided word": ("<p>Ber-<note>a city</note><lb break='no'/>lin, yes</p>", "Berlin[1], yes"),
    "a hyphen named by the line end": ('<p>Denkungs\n <lb rendition="#hyphen"/>art</p>', "Denkungsart"),
    "a hyphen named before a capital": ('<p>Jean-Paul<lb rend="hyphen"/>Haus</p>', "Jean-Paul-\nHaus"),
    "a note before a hyphen named by the line end": (
        '<p>Denkungs<note>x</note>\n  <lb rendition="#hyphen"/>art dich</p>',
        "Denkungsart[1] dich",
    ),
    "two halves of a word": ("<p><w part='I'>Ber</w><lb/>\n<w part='F'>lin</w></p>", "Berlin"),
    "a glyph for the hyphen": ('<p>con<g ref="char:EOLhyphen"/><lb/>tain</p>', "contain"),
    "a letterhead": ("<opener><seg>Mill &amp; Co.</seg><seg>Ulm</seg></opener>", "Mill & Co.\nUlm"),
    "a letterhead in a paragraph": ("<p><seg>Mill</seg><seg>Ulm</seg></p>", "Mill Ulm"),
    "a segment inside a word": ("<p>gar<seg>den</seg></p>", "garden"),
    "place and date that touch": (
        "<opener><dateline><placeName>Ulm</placeName><date>1 May</date></dateline></opener>",
        "Ulm 1 May",
    ),
    "dots after a line end": ("<p>it fails\n     ... a limit</p>", "it fails ... a limit"),
    "a full stop after a line end": ("<p>it fails\n     .</p>", "it fails."),
    "a decimal after a line end": ("<p>it costs\n     .5 crowns</p>", "it costs .5 crowns"),
    "an exclamation mark after a line end": ("<p>to <foreign>\n <hi>Ann</hi>\n </foreign>!</p>", "to Ann!"),
    "a comma after two line ends": ("<p>to <rs><hi>Ann</hi>\n </rs>\n, and</p>", "to Ann, and"),
    "a French exclamation mark": ("<p>quoi !</p>", "quoi !"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_words_are_read_as_they_are_printed(name):
    body, expected = WORDS[name]
    assert parse_tei(tei(body))["letter"].text == expected


def test_empty_notes_and_registers_are_counted_on_the_card():
    back = "<back><listPlace><place><placeName>Ulm</placeName></place></listPlace></back>"
    text = parse_tei(tei(f"<body><p>It.<note/><note n='2'> </note></p></body>{back}"))
    assert text.about["left_out"] == [
        'Registers of the edition, only in layers="all": listPlace (1 entries).',
        "Notes without words: 2.",
    ]
    assert text["letter"].text == "It."


# ---- headers ----


def test_title_of_the_letter_comes_before_that_of_the_series():
    title = '<title level="s">Letters of Ann</title><title level="a">Ann to Cay, 1 May</title>'
    assert parse_tei(tei("<p>It.</p>", title=title)).title == "Ann to Cay, 1 May"


def test_all_editors_are_named():
    tom = "<persName><surname>Hale</surname><forename>Tom</forename></persName>"
    both = f"<editor><persName>Eva Lund</persName>{tom}</editor>"
    text = parse_tei(tei("<p>It.<note>Late.</note></p>", editor=both))
    assert text.about["editor"] == ["Eva Lund", "Tom Hale"]
    assert text["note-1"].speaker == "Eva Lund and Tom Hale, editors"
    statement = "<respStmt><resp>Herausgegeben von</resp><name>Eva Lund</name></respStmt>"
    assert parse_tei(tei("<p>It.</p>", editor=statement)).about["editor"] == "Eva Lund"


@pytest.mark.parametrize(
    ("date", "stored", "doubt"),
    [
        ('when="1910-02-30"', "", "“1910-02-30”. There is no such day"),
        ('when="1910-13"', "", "“1910-13”. There is no such day"),
        ('when="1900-02-29"', "", "in the Gregorian calendar"),
        ('when="-0043-03-15"', "-0043-03-15", ""),
        ('from="1910-05-02" to="1910-05-01"', "1910-05-02/1910-05-01", "ends (1910-05-01) before it begins"),
        ('notBefore="1910-05-32" notAfter="1910-05-20"', "../1910-05-20", "“1910-05-32”"),
    ],
)
def test_date_that_does_not_exist_is_doubted(date, stored, doubt):
    text = parse_tei(tei("<p>It.</p>", f"{ANN[:-16]}<date {date}>May</date></correspAction>"))
    assert text.date == stored
    assert doubt in " ".join(text.about.get("not_verified", []))


def pairs(*texts: Text) -> set[tuple[str, str]]:
    graph = correspondence(texts=texts)
    names = {node: data["name"] for node, data in graph.nodes.items()}
    return {(names[a], names[b]) for a, b in graph.edges()}


def described(*letters: tuple[str, str]) -> str:
    return "".join(
        f'<correspDesc><correspAction type="sent"><persName>{a}</persName><date when="190{n}"/></correspAction>'
        f'<correspAction type="received"><persName>{b}</persName></correspAction></correspDesc>'
        for n, (a, b) in enumerate(letters)
    )


def cmif(*letters: tuple[str, str], text: str = "<text><body><p/></body></text>") -> str:
    head = f"<teiHeader><fileDesc><titleStmt><title>L</title></titleStmt></fileDesc><profileDesc>{described(*letters)}"
    return f'<TEI xmlns="{NAMESPACE}">{head}</profileDesc></teiHeader>{text}</TEI>'


def test_several_descriptions_give_their_own_pairs():
    text = parse_tei(cmif(("Ann", "Bob"), ("Cay", "Dan"), text="<text><body><p>It.</p></body></text>"))
    assert pairs(text) == {("Ann", "Bob"), ("Cay", "Dan")}
    assert text.parts[0].speaker == "Voice not stated"
    assert any("describes 2 letters" in doubt for doubt in text.about["not_verified"])


@pytest.mark.parametrize("text", ["<text><body><p/></body></text>", ""])
def test_cmif_file_without_words_gives_its_network(text, tmp_path):
    (tmp_path / "letters.xml").write_text(cmif(("Ann", "Bob"), ("Bob", "Ann"), text=text), encoding="utf-8")
    shelf = load_texts(tmp_path, progress=False)
    graph = correspondence(texts=shelf)
    assert sorted((a, b, edge["date"]) for a, b, edge in graph.edges(data=True)) == [
        ("Ann", "Bob", "1900"),
        ("Bob", "Ann", "1901"),
    ]
    assert [(layer.kind, layer.text) for layer in shelf["letters"]] == [
        ("metadata", "from Ann to Bob, 1900\n\nfrom Bob to Ann, 1901")
    ]


def test_letter_without_words_is_not_taken_for_a_list_of_letters():
    with pytest.raises(ValueError, match="has no words"):
        parse_tei(cmif(("Ann", "Bob")))


@pytest.mark.parametrize("name", ["Unbekannt", "unknown person", "N. N.", "[Anonym]", "?", "Неизвестный"])
def test_unknown_people_of_two_letters_stay_apart(name):
    texts = [parse_tei(cmif((name, "Bob"), text="<text><body><p>It.</p></body></text>"), id) for id in ("one", "two")]
    assert len([a for a, b in pairs(*texts) if b == "Bob"]) == 2


def test_two_keys_in_one_name_are_two_people():
    sent = '<correspAction type="sent"><persName key="K1 K2">Ann und Bob</persName></correspAction>'
    assert pairs(parse_tei(tei("<p>It.</p>", sent))) == {("Ann", "Cay"), ("Bob", "Cay")}
    known = '<correspAction type="sent"><persName ref="#p2 #p9">the two</persName></correspAction>'
    assert pairs(parse_tei(tei("<p>It.</p>", known))) == {("Bob", "Cay"), ("Dan", "Cay")}
    same = '<persName ref="http://a.example/gnd/1 http://b.example/viaf/2">Ann</persName>'
    assert pairs(parse_tei(tei("<p>It.</p>", f'<correspAction type="sent">{same}</correspAction>'))) == {("Ann", "Cay")}
    unclear = '<correspAction type="sent"><persName key="K1 K2">The Lunds</persName></correspAction>'
    text = parse_tei(tei("<p>It.</p>", unclear))
    assert any("may stand for several people" in doubt for doubt in text.about["not_verified"])


# ---- people.csv ----

ROWS = "id,type,canonical_name,full_name,reference\n"


@pytest.mark.parametrize(
    ("rows", "voice", "problem"),
    [
        ("smith,person,A. Smith,Ann,\n", "smith", ""),
        ("smith,person,A. Smith,,#p1\n", "smith", ""),
        ("smith,person,A. Smith,,gnd/9 p1\n", "smith", ""),
        ("p1,person,A. Smith,,\n", "p1", ""),
        ("p1,person,Zoe Other,,\n", "p1", "gives this id to “Zoe Other”"),
        ("one,person,Zoe,,#p1\ntwo,person,Eva,,#p1\n", "p1", "2 rows of people.csv have this reference: “one”, “two”"),
        ("one,person,Ann,,\ntwo,person,Ann,,\n", "p1", "2 rows of people.csv have this name: “one”, “two”"),
        ("bob,person,Bob,,\n", "p1", "add a row with this id"),
    ],
)
def test_writer_of_a_tei_letter_joins_people(rows, voice, problem, tmp_path, monkeypatch, capsys):
    (tmp_path / "texts").mkdir()
    (tmp_path / "lessons").mkdir()
    (tmp_path / "texts" / "letter.xml").write_text(tei("<p>It.</p>"), encoding="utf-8")
    (tmp_path / "texts" / "people.csv").write_text(ROWS + rows, encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    assert load_text("letter")["letter"].voice == voice
    assert main(["check"]) == bool(problem)
    printed = capsys.readouterr().out
    assert problem in printed
    if problem:
        assert re.search(r"letter\.xml: the writer “Ann” has the id “p1”, and .* [Ww]rite “", printed)


# ---- cases that a hostile reader found ----

CASES = json.loads((Path(__file__).parent / "whose_words.json").read_text(encoding="utf-8"))
HEAD = (
    f'<TEI xmlns="{NAMESPACE}"><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc>'
    f"<profileDesc><correspDesc>{ANN}{CAY}</correspDesc>"
)


def plain(words: str) -> str:
    """Words without note anchors, runs of white space as one space."""
    return " ".join(re.sub(r"\[[^\]\s]{1,4}\]", "", words).split())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_words_and_header_of_a_difficult_file(case):
    file = case["file"].replace("{head}", HEAD).replace("<TEI>", f'<TEI xmlns="{NAMESPACE}">')
    text = parse_tei(file)
    actors = [plain(layer.text) for layer in text if layer.kind == "actor"]

    def layer(words: str):
        return next(one for one in text if words in plain(one.text))

    for words in case.get("words_of_actors", ()):
        assert any(words in own for own in actors), words
    for words in case.get("not_words_of_actors", ()):
        assert not any(words in own for own in actors), words
    for words, name in case.get("voice_of", {}).items():
        assert name in layer(words).speaker
    for words, name in case.get("label_names", {}).items():
        assert name in layer(words).label
    for words, name in case.get("label_not", {}).items():
        assert name not in layer(words).label
    for words, kind in case.get("kind_of", {}).items():
        assert layer(words).kind == kind
    for words in case.get("text_reads", ()):
        assert words in plain(text.content)
    for words in case.get("text_lacks", ()):
        assert words not in plain(text.content)
    for key, value in case.get("about", {}).items():
        assert text.about[key] == value
    for key, words in case.get("about_has", {}).items():
        assert words in str(text.about[key])
    for key, words in case.get("about_lacks", {}).items():
        assert words not in str(text.about.get(key))
