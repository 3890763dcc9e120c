"""What the columns of a roster and of a grading worksheet are called, in the languages of the people who export them.

Moodle writes headings in the language of the user, Canvas in English only. The words are those of Moodle’s language
packs (components ``moodle``, ``assign`` and ``assignfeedback_comments``), and of lists that people make by hand. A
language that is not here is no mistake: `roster` and `gradebook` also tell columns by what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from unicodedata import combining, normalize

from ..core import listed

FIRST, LAST, WHOLE = "first name", "last name", "name"
LMS_ID, OTHER_ID, COMMENTS = "id in the LMS", "another id", "comments"

_NAMES = {
    FIRST: (
        "first name", "firstname", "given name", "given names", "forename", "Vorname", "Vornamen", "Rufname", "prénom",
        "prénoms", "nombres", "nombre(s)", "nome próprio", "voornaam", "roepnaam", "imię", "imiona", "имя", "ім’я",
        "სახელი", "förnamn", "fornavn", "etunimi", "ad", "adı", "jméno", "křestní jméno", "keresztnév", "utónév",
        "prenume", "όνομα", "名", "名字", "nom de pila",
    ),
    LAST: (
        "last name", "lastname", "surname", "family name", "Nachname", "Familienname", "Zuname", "nom de famille",
        "apellido", "apellidos", "apellido(s)", "cognome", "cognoms", "apelido", "apelidos", "sobrenome",
        "último nome", "achternaam", "familienaam", "nazwisko", "фамилия", "прізвище", "გვარი", "efternamn",
        "etternavn", "efternavn", "sukunimi", "soyad", "soyadı", "příjmení", "vezetéknév", "családnév",
        "nume de familie", "επώνυμο", "姓",
    ),
    WHOLE: (
        "full name", "fullname", "student name", "name of student", "student", "pupil", "learner", "participant",
        "participant name", "pseudonym", "vollständiger Name", "Studierende", "Studierende/r", "Teilnehmer/in",
        "Schüler/in", "nom complet", "étudiant", "pseudonyme", "nombre completo", "estudiante", "alumno", "seudónimo",
        "nome completo", "studente", "pseudonimo", "estudante", "aluno", "pseudónimo", "volledige naam", "student naam",
        "pełne imię i nazwisko", "pełna nazwa", "полное имя", "фио", "ф. и. о.", "фамилия, имя, отчество", "студент",
        "повне ім’я", "піб", "студент", "სრული სახელი", "სტუდენტი", "fullständigt namn", "fullt navn", "tam ad",
        "ad soyad", "celé jméno", "teljes név", "nume complet",
    ),
}  # fmt: skip
# In a list with a column for the other part, these are the first or the last name; otherwise the whole.
_EITHER = ("name", "nom", "nombre", "nome", "naam", "nazwa", "namn", "navn", "nimi", "név", "nume", "nom(s)")
# Words that tell an id, and of these the ones that tell an id of the university and not of the LMS.
_ID = re.compile(
    r"\b(id|ids|identifier|identifiant|identificador|identificativo|identificatore|identyfikator|identifikator|"
    r"идентификатор|ідентифікатор|იდენტიფიკატორი|idnumber|number|nummer|numero|numer|номер|"
    r"user|username|usuario|utilizador|utilisateur|utente|gebruikersnaam|uzytkownika|login|логин|логін|"
    r"benutzername|anmeldename|kennung|matrikel\w*|matricula|matricola|matricule|участник|учасник)\b"
)
_OF_UNIVERSITY = re.compile(
    r"\b(sis|integration|idnumber|number|nummer|numero|numer|номер|username|nombre|nom|nome|nazwa|login|логин|логін|"
    r"benutzername|gebruikersnaam|anmeldename|kennung|matrikel\w*|matricula|matricola|matricule)\b"
)
_NO_NAME = re.compile(
    r"\b(group|gruppe|groupe|grupo|gruppo|groep|grupa|course|kurs|cours|curso|corso|tutor|section|"
    r"teacher|instructor|partner)\b"
)
# “Grade can be changed: no”, and the column for comments.
_NO = ("no", "Nein", "non", "nee", "não", "nie", "нет", "ні", "არა", "nej", "nei", "ei", "hayır", "ne", "nem", "nu")
_COMMENTS = (
    "Feedback comments", "Feedback als Kommentar", "Feedback par commentaires", "Commentaires de feedback",
    "Comentarios de retroalimentación", "Commenti", "Feedback tekstvak", "Comentários de feedback",
    "Отзыв в виде комментария", "Відгук - коментарем",
)  # fmt: skip


def plain_heading(words: str) -> str:
    """Return a heading as it is compared: small letters without accents, words only.

    Examples
    --------
    >>> plain_heading("E-Mail-Adresse"), plain_heading(" Prénom "), plain_heading("Numéro d’identification")
    ('e mail adresse', 'prenom', 'numero d identification')
    """
    plain = "".join(sign for sign in normalize("NFKD", words.casefold()) if not combining(sign))
    return " ".join(re.findall(r"\w+", plain.replace("ł", "l").replace("ı", "i")))


_PLAIN = {plain_heading(one): role for role, names in _NAMES.items() for one in names}
_PLAIN_EITHER = {plain_heading(one) for one in _EITHER}
# “First name / Last name”, “Cognome e nome”: both in one column.
_BOTH = {
    " ".join(filter(None, pair))
    for one, other, joint in product(
        [name for name, role in _PLAIN.items() if role == FIRST] + sorted(_PLAIN_EITHER),
        [name for name, role in _PLAIN.items() if role == LAST],
        ("", "and", "und", "et", "y", "e", "i", "en", "и", "і", "და", "och", "og", "ja", "ve", "a"),
    )
    for pair in ((one, joint, other), (other, joint, one))
}
_PLAIN_NO = {plain_heading(one) for one in _NO}
_PLAIN_COMMENTS = {plain_heading(one) for one in _COMMENTS}


def roles(headings: Sequence[str]) -> dict[int, str]:
    """Return what the columns with these headings are, by their place; those that no heading tells are left out.

    Examples
    --------
    >>> roles(["Nome", "Cognome", "Gruppo"]), roles(["Nome", "E-mail"]), roles(["SIS User ID", "ID"])
    ({1: 'last name', 0: 'first name'}, {0: 'name'}, {0: 'another id', 1: 'id in the LMS'})
    """
    plain = [plain_heading(one) for one in headings]
    found = {place: _PLAIN[one] for place, one in enumerate(plain) if one in _PLAIN}
    found |= {place: WHOLE for place, one in enumerate(plain) if one in _BOTH}
    either = [place for place, one in enumerate(plain) if one in _PLAIN_EITHER]
    if either:
        parts = {role for role in found.values() if role in (FIRST, LAST)}
        found[either[0]] = {frozenset([FIRST]): LAST, frozenset([LAST]): FIRST}.get(frozenset(parts), WHOLE)
    for place, one in enumerate(plain):
        if place not in found and _ID.search(one) and not is_of_others(one):
            found[place] = OTHER_ID if _OF_UNIVERSITY.search(one) else LMS_ID
        elif one in _PLAIN_COMMENTS:
            found[place] = COMMENTS
    return found


def in_words(headings: Sequence[str]) -> str:
    """List the headings of a file in a message.

    Examples
    --------
    >>> in_words(["ID", "x" * 50]), in_words([])
    ('ID, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', 'none')
    """
    return listed(one if len(one) <= 40 else f"{one[:39]}…" for one in headings) or "none"


def is_of_others(heading: str) -> bool:
    """Whether a column is about the group, the course or the tutor of a student."""
    return bool(_NO_NAME.search(plain_heading(heading)))


def is_pseudonym(heading: str) -> bool:
    """Whether a column is said to hold pseudonyms.

    Examples
    --------
    >>> is_pseudonym("Pseudonym"), is_pseudonym("Seudónimo"), is_pseudonym("Name")
    (True, True, False)
    """
    return any(word.startswith(("pseudon", "seudon", "псевдон")) for word in plain_heading(heading).split())


def says_no(cell: str) -> bool:
    """Whether a cell says no, as Moodle writes of a grade that cannot be changed."""
    return plain_heading(cell) in _PLAIN_NO
