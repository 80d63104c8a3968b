"""T40: two hundred names in twelve scripts through the paper: read back equal, or refused by name and character."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from crs_desktop.documents.layout.page import lay_out
from crs_desktop.documents.layout.text import prepared, unprintable
from crs_desktop.documents.model import Cell, Column, Section, Sheet, Table
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from tests.documents.reading import by_pdfium, pages, printed, squeezed
from tests.documents.sample_papers import DOSING, PATIENT

# ruff: noqa: E501
PRINTED = {
    "Latin": "Anna Maria|Jürgen Groß|François Lefèvre|Søren Ærø|Íñigo Núñez|João Conceição|Siân O'Brien|Zoë Ångström",
    "Polish and Czech": "Łukasz Żółć|Grażyna Święcicka|Jiří Dvořák|Žofie Křížková|Ľubica Šťastná|Őrsi Fűzfa|Ștefan Țîrlea|Ğülşen İnönü",
    "Vietnamese": "Nguyễn Thị Hồng Ánh|Trần Đức Ưng|Lê Quỳnh Như|Phạm Ngọc Ẩn|Võ Ỷ Lan|Đặng Hữu Phước|Bùi Xuân Trường|Hồ Thị Kỷ",
    "Greek": "Γιώργος Παπαδόπουλος|Ελένη Αθανασίου|Ιωάννης Χατζής|Μαρία Οικονόμου|Ἀλέξανδρος|Σοφία Δημητρίου|Ώρα Ξένου|Ψυχή Ζαΐμη",
    "Cyrillic": "Анна Щербакова|Юрий Ёлкин|Їжакевич Ґалаґан|Ђорђе Њушић|Ќирил Ѓоргиев|Ўзбек Қодиров|Өмүрбек Ңурлан|Ольга Эйхенбаум",
    "Han": "王小明|陈丽华|李國強|张伟|歐陽娜娜|司马光|諸葛亮|黃曉玲",
    "Kana": "山田さくら|サトウ ケンジ|はなこ|ヴァレリー|渡辺 ひろし|スズキ アヤカ|ぢゅんこ|コバヤシ ユウ",
    "Hebrew": "דוד כהן|שרה לוי|יוסף בן-ארי|רחל|משה אברהם|חנה גולדשטיין|אורית צדוק|נתן ף",
    "Arabic": "محمد عبد الله|فاطمة الزهراء|علي حسن|لیلا حسینی|پروین چگینی|ژاله گل‌محمدی|خديجة لالة|سلام آل لؤي",
    "Armenian and Georgian": "Անահիտ Սարգսյան|Գևորգ Հակոբյան|Ճամբարյան|Փիլիպոսյան|გიორგი ბერიძე|ნინო ჯაფარიძე|ქეთევან|ღვთისო",
}
REFUSED = {
    "Thai": "สมชาย ใจดี|กัญญา|ประเสริฐ|สุภาพร|อภิสิทธิ์",
    "Devanagari": "राम कुमार|सीता देवी|अर्जुन|कृष्णा|प्रिया",
    "Bengali": "রহিম|করিম|শাহানা|মৌসুমী|জয়ন্ত",
    "Tamil": "முருகன்|லட்சுமி|கண்ணன்|செல்வி|இராமன்",
    "Amharic": "አበበ|ተስፋዬ|ሙሉ|አልማዝ|ከበደ",
}


def combined() -> list[str]:
    """Pairs of given and family names of one script make the two hundred."""
    names: list[str] = []
    for script in PRINTED.values():
        own = script.split("|")
        joiner = "" if script in (PRINTED["Han"], PRINTED["Kana"]) else " "
        names += own + [f"{one}{joiner}{other}" for one, other in zip(own, own[1:] + own[:1], strict=True)]
        names += [unicodedata.normalize("NFD", name) for name in own[:2]]
    return names + [name for script in REFUSED.values() for name in script.split("|")]


def first_page(name: str) -> str | Refused:
    content = lay_out(build_dosing_sheet(replace(DOSING, patient=replace(PATIENT, name=name))))
    return content if isinstance(content, Refused) else pages(content)[0]


def list_of(names: list[str]) -> Sheet:
    section = Section("Names", (Table((Column("Name"),), tuple((Cell(name),) for name in names)),))
    return replace(build_dosing_sheet(DOSING), bands=((section,),))


def test_that_two_hundred_names_are_printed_equal_or_refused() -> None:
    names = combined()
    assert len(names) >= 200
    refused = [name for name in names if unprintable([("name", name)])]
    assert refused == [name for script in REFUSED.values() for name in script.split("|")]
    assert all(isinstance(lay_out(list_of([name])), Refused) for name in refused)
    kept = [name for name in names if name not in refused]
    text = by_pdfium(printed(list_of(kept)))
    assert not set(text) & {"\ufffd", "■", "□"}
    found = squeezed(text)
    for name in kept:
        # The joiner that keeps two Arabic letters apart is drawn as shapes, not kept as a character.
        own = squeezed(name.replace("\u200c", ""))
        assert own in found, name
        found = found[found.index(own) + len(own) :]


@pytest.mark.parametrize("name", [script.split("|")[0] for script in PRINTED.values()], ids=list(PRINTED))
def test_that_a_name_in_each_script_stands_on_the_real_sheet(name: str) -> None:
    text = first_page(name)
    assert not isinstance(text, Refused)
    assert squeezed(name) in squeezed(text)


@pytest.mark.parametrize(
    ("name", "character", "why"),
    [
        ("สมชาย", "U+0E2A", "shaping"),
        ("Zoe\u0323\u0302\u0331 X", "U+0331", "combining"),
        ("Ann\u200bMary", "U+200B", "invisible"),
        ("Ann\u202eMary", "U+202E", "invisible"),
        ("Ann\tMary", "U+0009", "invisible"),
        ("דוד 12", "U+0031", "guess"),
        ("דוד (אב)", "U+0028", "guess"),
        ("مُحَمَّد", "U+064F", "combining"),
        ("王\U00020bb7", "U+20BB7", "shaping"),
        ("Ann \U0001f600", "U+1F600", "shaping"),
        ("\ue000", "U+E000", "invisible"),
        ("龥\u9fff", "U+9FFF", "shipped fonts"),
    ],
)
def test_that_what_cannot_be_printed_faithfully_is_refused_by_name(name: str, character: str, why: str) -> None:
    text = first_page(name)
    assert isinstance(text, Refused)
    # The name stands in more than one place of the sheet; the first finding is the band of every page.
    finding = text.findings[0]
    assert (finding.code, finding.field) == ("paper_text_not_printable", "name")
    assert character in finding.get("characters")
    assert why in say(finding)


def test_that_every_faulty_field_is_named_at_once() -> None:
    found = unprintable([("name", "สม"), ("MRN", "12"), ("reason", "ok\n\u200d")])
    assert [finding.field for finding in found] == ["name", "reason"]


def test_that_arabic_letters_are_joined() -> None:
    assert prepared("محمد") == "\ufee3\ufea4\ufee4\ufeaa"
    assert prepared("سلام") == "\ufeb3\ufefc\ufee1"
    assert prepared("دار") == "\ufea9\ufe8d\ufead"
    assert prepared("می\u200cروم") == "\ufee3\ufbfd\ufead\ufeed\ufee1"
