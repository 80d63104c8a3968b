"""Protocol files: the shipped ones are whole, and each mistake of the gallery is told with file and key."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.catalogue import Catalogue, check_folder, load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

HERE = Path(__file__).parent
GALLERY = sorted((HERE / "gallery").glob("*.toml"))
GOOD = (HERE / "good.toml").read_bytes()
_HEADING = re.compile(r"# one mistake: (\S+) at ([^;\n]+)(?:; allowed: (.+))?")


def good() -> Protocol:
    parsed = parse_protocol(GOOD, "good.toml")
    assert isinstance(parsed, Protocol), parsed
    return parsed


def mistakes(content: bytes) -> tuple[Finding, ...]:
    parsed = parse_protocol(content, "file.toml")
    assert isinstance(parsed, tuple)
    return parsed


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_that_each_wrong_file_is_told_with_file_key_and_what_is_allowed(path: Path, tmp_path: Path) -> None:
    heading = _HEADING.match(path.read_text("utf-8"))
    assert heading is not None
    shutil.copy(path, tmp_path)
    findings = check_folder(tmp_path)
    where = "" if heading[2] == "the file itself" else heading[2]
    assert [(finding.code, finding.field) for finding in findings] == [(heading[1], where)]
    sentence = say(findings[0])
    assert path.name in sentence
    assert where in sentence
    allowed = findings[0].get("allowed") or findings[0].get("expects")
    assert allowed == (heading[3] or "")
    assert allowed in sentence


def test_that_the_gallery_is_large_enough() -> None:
    assert len(GALLERY) >= 130


def test_that_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    for path in GALLERY:
        shutil.copy(path, tmp_path)
    shutil.copy(HERE / "good.toml", tmp_path)
    findings = check_folder(tmp_path)
    assert {finding.get("file") for finding in findings} == {path.name for path in GALLERY}
    with pytest.raises(NotUnderstood) as raised:
        load_catalogue(tmp_path)
    assert raised.value.findings == findings


def test_that_one_file_with_three_mistakes_tells_three() -> None:
    content = GOOD.replace(b'role = "step_up"', b'role = "warm_up"').replace(b"hours = 24", b'hours = "many"')
    content = content.replace(b'topic = "hold"', b'topic = "weather"')
    assert [finding.code for finding in mistakes(content)] == [
        "therapy_value_not_allowed", "therapy_value_kind", "therapy_value_not_allowed",
    ]  # fmt: skip


def test_that_a_broken_file_names_the_line() -> None:
    assert "line 3" in say(mistakes(b'format = 1\nid = "x"\nname = \n')[0])


def test_that_bytes_that_are_no_text_are_told() -> None:
    assert "line 2" in say(mistakes(b"a = 1\nid = 'x\xff'")[0])


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_that_a_file_from_a_windows_editor_reads_as_any_other(mark: bytes, ends: bytes) -> None:
    content = mark + GOOD.replace(b"\n", ends)
    read = parse_protocol(content, "good.toml")
    assert isinstance(read, Protocol)
    assert read.all_facts == good().all_facts
    assert read.text == content


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("name = “x”", "therapy_line_quotes"),
        ("\u00a0dose = 5", "therapy_line_space"),
        ("read = 22.11.2026", "therapy_line_date"),
        ("read = 2026-13-01  # a remark", "therapy_line_date"),
        ("dose = 2,5", "therapy_line_number"),
        ("dose = [10,000,000, 2]", "therapy_line_number"),
        ("dose = 40 mg", "therapy_line_number"),
        ("dose = 40,", "therapy_line_comma"),
        ("premedicate = True", "therapy_line_switch"),
        ("premedicate = yes", "therapy_line_switch"),
        ("dose =", "therapy_line_empty"),
        ("brand = Example", "therapy_line_text"),
        ('brand = "Example', "therapy_line_text"),
        ("brand", "therapy_file_broken"),
        ("b = [1", "therapy_file_broken"),
        ('b = """', "therapy_file_broken"),
    ],
)
def test_that_a_slip_of_the_pen_is_told_with_its_line_and_what_is_allowed(line: str, code: str) -> None:
    found = mistakes(f"a = 1\n{line}\n".encode())
    assert [finding.code for finding in found] == [code]
    assert line.strip() in say(found[0]) or code == "therapy_file_broken"
    assert "allowed: " in say(found[0])


def test_that_slips_on_several_lines_come_at_once() -> None:
    found = mistakes("a = 1\ndose = 2,5\nlist = [\n  1,\n]\nname = “x”\nread = 22.11.2026\n".encode())
    assert [finding.value for finding in found] == ["2", "6", "7"]


def test_that_a_number_in_quotes_is_told_as_one() -> None:
    found = mistakes(GOOD.replace(b"hours = 24", b'hours = "24"'))
    assert [finding.code for finding in found] == ["therapy_value_in_quotes"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'id = "hold"\n', b'id = "h o l d"\n', "therapy_value_kind"),
        (b'id = "hold"\n', b"id = 7\n", "therapy_value_kind"),
        (b"first_day = 1", b'first_day = "one"', "therapy_value_kind"),
        (b'applies_to = ["S1"]', b'applies_to = "S1"', "therapy_value_kind"),
        (b'applies_to = ["S1"]\n', b"", "therapy_key_missing"),
        (b'applies_to = ["S1"]', b'applies_to = ["S1"]\nalternative = "no"', "therapy_value_kind"),
        (b'kind = "corticosteroid"', b'kind = "corticosteroid"\nregimens = ["duo"]', "therapy_value_not_allowed"),
        (b"first_gap_days = 7", b'after = "Z1"\nfirst_gap_days = 7', "therapy_dose_unknown"),
        (b"min_gap_days = 5", b"usual_gap_days = [7]\nmin_gap_days = 5", "therapy_value_kind"),
        (b"dose = 8\n", b'dose = [4, "x"]\n', "therapy_value_kind"),
        (b'route = ["PO"]', b'route = "PO"', "therapy_value_kind"),
        (b"premedicate = true", b'premedicate = "yes"', "therapy_value_kind"),
        (b"minutes_before = [60, 60]", b"minutes_before = 60", "therapy_value_kind"),
        (b"dose = 8\n", b"dose = true\n", "therapy_value_kind"),
        (b"most = 20", b"most = 10", "therapy_range_reversed"),
        (b"interval_days = 7", b"interval_days = 0", "therapy_value_kind"),
        (b"first_gap_days = 7", b"first_gap_days = 1000001", "therapy_value_kind"),
        (b"hours = 24", b"hours = -1", "therapy_value_kind"),
        (b'title = "Alone"', b'title = "Alone"\nnote = 3', "therapy_value_kind"),
    ],
)
def test_that_every_kind_of_wrong_value_is_told(old: bytes, new: bytes, code: str) -> None:
    assert GOOD.count(old) >= 1
    assert [finding.code for finding in mistakes(GOOD.replace(old, new, 1))] == [code]


def test_that_a_file_without_regimens_or_sources_is_told() -> None:
    found = {
        finding.field for finding in mistakes(b'format = 1\nread = 2026-11-22\nid = "x"\nname = "x"\nbrand = "x"\n')
    }
    assert {"regimens", "sources", "kind", "jurisdiction", "label_revision"} <= found


def test_that_a_regimen_without_steps_is_told() -> None:
    content = GOOD[: GOOD.index(b"[[regimens.steps]]")]
    assert [(f.code, f.field) for f in mistakes(content)] == [("therapy_key_missing", "regimens.mono.steps")]


def test_that_an_empty_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    assert [finding.code for finding in check_folder(tmp_path)] == ["therapy_folder_empty"]
    assert [finding.code for finding in check_folder(tmp_path / "none")] == ["therapy_folder_missing"]


def test_that_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    found = check_folder(tmp_path)
    assert [(finding.code, finding.get("file")) for finding in found] == [("therapy_file_unreadable", "folder.toml")]


def test_that_values_keep_what_their_row_says_unless_they_say_otherwise() -> None:
    content = GOOD.replace(
        b"dose = 8\n", b'dose = { value = 8, source = ["MEMORY"], confidence = "low", note = "recalled" }\n'
    )
    protocol = parse_protocol(content, "good.toml")
    assert isinstance(protocol, Protocol)
    dose, route = protocol.fact("premedication.steroid.dose"), protocol.fact("premedication.steroid.route")
    assert dose is not None and route is not None
    assert (dose.sources, dose.confidence, dose.note, dose.unverified) == (("MEMORY",), "low", "recalled", True)
    assert (route.sources, route.confidence, route.note, route.unverified) == (("LABEL",), "high", "", False)
    assert dose.read == date(2026, 11, 22)
    hold = protocol.fact("lines.hold.text")
    assert hold is not None and hold.valid_from == "2026-01"


def test_that_facts_come_in_the_order_of_the_file() -> None:
    protocol = good()
    text = GOOD.decode("utf-8")
    starts = [text.index(f'id = "{name}"') for name in ("heavy", "light", "steroid", "hospital", "short", "hold")]
    assert starts == sorted(starts)
    paths = [fact.path for fact in protocol.facts()]
    order = [next(n for n, path in enumerate(paths) if f".{name}." in path)
             for name in ("heavy", "light", "steroid", "hospital", "short", "hold")]  # fmt: skip
    assert order == sorted(order)
    assert paths.index("premedication.steroid.dose") < paths.index("premedication.steroid.route")
    first = protocol.facts_unverified_first()
    kinds = [fact.unverified for fact in first]
    assert kinds == sorted(kinds, reverse=True)
    assert set(first) == set(protocol.facts())


def test_that_numbers_are_exact() -> None:
    fact = good().fact("regimens.mono.steps.F1.amounts.light.dose")
    assert fact is not None
    assert fact.value == Decimal("0.4")
    assert fact.text == "0.4 mg/kg"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue()


def test_that_the_shipped_protocols_load(shipped: Catalogue) -> None:
    assert {"axicabtagene_ciloleucel", "blinatumomab", "teclistamab"} <= set(shipped.ids())
    assert shipped.ids() == tuple(sorted(set(shipped.ids())))
    kinds = {protocol.id: protocol.kind for protocol in shipped.protocols}
    assert (kinds["axicabtagene_ciloleucel"], kinds["teclistamab"]) == ("car_t", "bispecific")
    with pytest.raises(KeyError):
        shipped.protocol("kymriah")


def test_that_every_shipped_fact_is_cited_or_said_to_be_unknown(shipped: Catalogue) -> None:
    for protocol in shipped.protocols:
        known = {source.id for source in protocol.sources}
        for fact in protocol.facts():
            where = f"{protocol.id}: {fact.path}"
            assert fact.unit, where
            assert fact.read.year >= 2026, where  # a date, not the stand-in for none
            if fact.unknown:
                assert fact.note and fact.unverified and not fact.text, where
            else:
                assert fact.sources and set(fact.sources) <= known, where
                assert fact.confidence in ("high", "medium", "low"), where
                assert fact.text, where


def test_that_every_shipped_source_is_used(shipped: Catalogue) -> None:
    for protocol in shipped.protocols:
        used = {name for fact in protocol.facts() for name in fact.sources}
        assert used == {source.id for source in protocol.sources}, protocol.id


def test_that_what_the_reference_does_not_know_is_visible(shipped: Catalogue) -> None:
    tec, bli = shipped.protocol("teclistamab"), shipped.protocol("blinatumomab")
    axi = shipped.protocol("axicabtagene_ciloleucel")
    unknown = {fact.path for protocol in shipped.protocols for fact in protocol.facts() if fact.unknown}
    for path in (
        "regimens.combo_daratumumab_sc.steps.SUD2.min_gap_days",
        "regimens.combo_daratumumab_sc.steps.FULL1.max_gap_days",
        "premedication.rr_paediatric.minutes_before",
        "premedication.dexamethasone_prophylaxis.minutes_before",
        "lines.tocilizumab_on_site.text",
        "risk.zuma_5.tocilizumab_pct_of_all",
        "risk.majestec_3.tocilizumab_pct_of_all",
    ):
        assert path in unknown, path
    assert [len(protocol.unknowns) for protocol in (axi, bli, tec)] == [5, 6, 8]


def test_that_recalled_rows_are_unverified(shipped: Catalogue) -> None:
    tec, bli = shipped.protocol("teclistamab"), shipped.protocol("blinatumomab")
    bands, consolidation = tec.facts_under("weight_bands"), bli.facts_under("regimens.consolidation")
    assert bands and all(fact.unverified for fact in bands)
    assert consolidation and all(fact.unverified for fact in consolidation)
    assert not any(fact.unverified for fact in tec.facts_under("restart"))


def test_that_the_fingerprint_follows_the_bytes() -> None:
    other = parse_protocol(GOOD + b"\n# a remark\n", "good.toml")
    assert isinstance(other, Protocol)
    assert other.fingerprint != good().fingerprint
    assert other.text == GOOD + b"\n# a remark\n"
    assert Catalogue((good(),)).fingerprint != Catalogue((other,)).fingerprint
    assert Catalogue((good(),)).fingerprint == Catalogue((good(),)).fingerprint


def test_that_a_pinned_text_reads_as_the_file_did(shipped: Catalogue) -> None:
    for protocol in shipped.protocols:
        again = parse_protocol(protocol.text, "pinned")
        assert again == protocol
        assert protocol.text == resource("therapies", f"{protocol.id}.toml").read_bytes()
