"""A site adopts with values of its own, a newer label arrives, and the next adoption begins with what still holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from crs_desktop.therapies import repository
from crs_desktop.therapies.adoption import Adoption, Standing, standing_of
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.service import AdoptTherapy, LibraryEntry, TherapyLibrary, in_use
from crs_desktop.therapies.site_rules import SiteEntry
from tests.staff.signing.made_up import second
from tests.store.made_up_keys import ANYBODY, KEYS

FOLDER = Path(__file__).parent
TEXT = (FOLDER / "good.toml").read_text("utf-8")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
WEBER = Actor("A. Weber")
DOSE, HOURS = "premedication.steroid.dose", "observation.hospital.hours"
BAND = "weight_bands.30-39.S1"
TWELVE = SiteEntry(DOSE, "12", "Our haematologists, 3 Nov 2026")


def version(*changes: tuple[str, str], label: str = "2026-01") -> Protocol:
    """The small file, with these changes and this label."""
    text = TEXT.replace('label_revision = { value = "2026-01"', f'label_revision = {{ value = "{label}"')
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    protocol = parse_protocol(text.encode(), "good.toml")
    assert isinstance(protocol, Protocol), protocol
    return protocol


FIRST = version()


class Site:
    """A store and the program's file of the day."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._number = 0
        self.ships(FIRST)

    def ships(self, *protocols: Protocol) -> None:
        """The program brings this file now, and perhaps earlier ones."""
        self.catalogue = Catalogue(protocols[:1], protocols[1:])
        self.library = TherapyLibrary(self.store, self.catalogue, FOLDER)

    def command(self, *rules: SiteEntry, checked: tuple[str, ...] = ()) -> AdoptTherapy:
        self._number += 1
        shipped = self.catalogue.protocol("good")
        return AdoptTherapy(f"r{self._number}", "good", shipped.fingerprint, "A. Weber", True, checked, "", rules)

    def try_to_adopt(self, *rules: SiteEntry, checked: tuple[str, ...] = (), **entered: str) -> Adoption | Refused:
        command = self.command(*rules, checked=checked)
        return self.library.adopt(command, WEBER, second(self.library.asked(command), NOW, **entered))

    def adopt(self, *rules: SiteEntry, checked: tuple[str, ...] = ()) -> Adoption:
        answer = self.try_to_adopt(*rules, checked=checked)
        assert isinstance(answer, Adoption), answer
        return answer

    @property
    def used(self) -> Protocol:
        with self.store.read() as session:
            return in_use(session, self.catalogue, "good")

    @property
    def entry(self) -> LibraryEntry:
        (entry,) = self.library.entries()
        return entry


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    yield Site(store)
    store.close()


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


def test_that_before_any_signature_the_shipped_file_is_used_and_called_not_adopted(site: Site) -> None:
    assert site.used is FIRST
    assert (site.entry.standing, site.entry.adoption, site.entry.waiting) == (Standing.NOT_ADOPTED, None, 0)


def test_that_an_adoption_with_own_values_pins_the_version_that_holds_them(site: Site) -> None:
    adoption = site.adopt(TWELVE)
    used = site.used
    assert adoption.fingerprint == used.fingerprint != FIRST.fingerprint
    assert used.based_on == FIRST.fingerprint and used.text.startswith(FIRST.text)
    fact = used.fact(DOSE)
    assert fact is not None and fact.text == "12 mg" and fact.by_site
    with site.store.read() as session:
        assert repository.pinned(session, FIRST.fingerprint).text == FIRST.text, "the file that was read is kept too"
    assert site.catalogue.protocol("good").fact(DOSE) != fact
    entry = site.entry
    assert (entry.standing, entry.waiting, entry.second) == (Standing.ADOPTED, 0, "S. Lindgren")


def test_that_the_second_person_counts_the_values_of_the_site(site: Site) -> None:
    answer = site.try_to_adopt(TWELVE, site_rules="0")
    assert codes(answer) == ["second_check_differs", "second_check_explain"]
    assert site.entry.adoption is None and site.used is FIRST


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (replace(TWELVE, reason=""), "text_missing"),
        (replace(TWELVE, path="premedication.nobody.dose"), "site_rule_no_fact"),
        (replace(TWELVE, value_text="8"), "site_rule_same"),
        (replace(TWELVE, value_text="a lot"), "site_rule_not_a_number"),
    ],
)
def test_that_a_value_without_reason_or_place_or_change_is_not_adopted(site: Site, rule: SiteEntry, code: str) -> None:
    assert codes(site.library.asked(site.command(rule))) == [code]
    assert codes(site.try_to_adopt(rule)) == [code]
    assert site.entry.adoption is None


def test_that_nobody_compares_with_the_label_what_the_site_does_otherwise(site: Site) -> None:
    assert codes(site.try_to_adopt(TWELVE, checked=(DOSE,))) == ["adoption_compared_own"]
    assert codes(site.try_to_adopt(checked=("nobody",))) == ["adoption_no_such_fact"]


def test_that_facts_can_be_compared_in_a_version_with_own_values(site: Site) -> None:
    open_before = {fact.path for fact in site.entry.unverified}
    site.adopt(TWELVE, checked=(BAND,))
    assert {fact.path for fact in site.entry.unverified} == open_before - {BAND}


def test_that_a_newer_label_waits_and_the_adopted_one_stays_in_use(site: Site) -> None:
    site.adopt(TWELVE)
    used = site.used
    site.ships(version(("hours = 24", "hours = 48"), label="2026-09"))
    entry = site.entry
    assert entry.standing is Standing.NEWER_WAITS and entry.protocol == used == site.used
    assert entry.shipped is site.catalogue.protocol("good")
    assert entry.waiting == 3, "the label, the hours, and the site's own dose"
    site.adopt(TWELVE)
    assert site.entry.standing is Standing.ADOPTED and site.used.label_revision == "2026-09"
    with site.store.read() as session:
        assert repository.pinned(session, used.fingerprint) == used, "who is pinned to the old one stays there"


@pytest.mark.parametrize(
    ("label", "standing"),
    [
        ("2026-01", Standing.FILE_CHANGED), ("2026-01-15", Standing.FILE_CHANGED), ("2025-12", Standing.SHIPPED_OLDER),
        ("2026-02", Standing.NEWER_WAITS),
    ],
)  # fmt: skip
def test_that_a_shipped_file_is_newer_older_or_only_changed(label: str, standing: Standing) -> None:
    assert standing_of(version(("hours = 24", "hours = 48"), label=label), FIRST) is standing


def test_that_the_next_adoption_begins_with_the_values_that_still_fit(site: Site) -> None:
    near = SiteEntry("observation.hospital.setting", "at home", "Nurse on call")
    gap = SiteEntry("regimens.mono.steps.F1.min_gap_days", "7", "Fridays only")
    wide = SiteEntry(HOURS, "48", "We are far away")
    phase = SiteEntry("regimens.mono.phases.weekly.interval_days", "8", "Clinic days")
    site.adopt(TWELVE, near, gap, wide, phase)
    site.ships(
        version(
            ("dose = 8\nunit", "dose = 10\nunit"),
            ("hours = 24", "hours = 48"),
            ("min_gap_days = 5\nmax_gap_days = 10", "min_gap_days = 5\nmax_gap_days = 6"),
            ("interval_days = 7", 'interval_days = { unknown = "Not stated any more." }'),
            label="2026-09",
        )
    )
    proposal = site.library.proposal("good")
    assert [rule.path for rule in proposal.rules] == [phase.path, DOSE, near.path]
    assert {(one.entry.path, one.finding.code) for one in proposal.misfits} == {
        (gap.path, "therapy_gap_reversed"), (HOURS, "site_rule_same"),
    }  # fmt: skip
    assert [(one.path, one.then is not None, one.now is None) for one in proposal.moved] == [
        (phase.path, True, True), (DOSE, True, False),
    ]  # fmt: skip
    site.adopt(*proposal.rules)
    assert [rule.path for rule in site.used.site] == [phase.path, DOSE, near.path]


def test_that_a_value_whose_place_is_gone_is_left_out_and_said(site: Site) -> None:
    site.adopt(TWELVE, SiteEntry("lines.hold.text", "any fever", "Local rule"))
    site.ships(version(('id = "hold"', 'id = "holding"'), label="2026-09"))
    proposal = site.library.proposal("good")
    assert proposal.rules == (TWELVE,)
    assert [(one.entry.path, one.finding.code) for one in proposal.misfits] == [
        ("lines.hold.text", "site_rule_no_fact")
    ]


@pytest.mark.parametrize(
    ("change", "offered"),
    [
        (("hours = 24", "hours = 48"), True),
        (("S1 = 2\nsource", "S1 = 3\nsource"), False),
        (('to_kg = 39\nunit = "mg"', 'to_kg = 39\nunit = "mcg"'), False),
        (('title = "Recalled"', 'title = "Recalled by somebody else"'), False),
        (('S1 = 2\nsource = ["MEMORY"]', 'S1 = 2\nsource = ["LABEL"]'), False),
    ],
)
def test_that_only_what_was_compared_and_stayed_is_offered_as_compared(
    site: Site, change: tuple[str, str], offered: bool
) -> None:
    site.adopt(checked=(BAND,))
    site.ships(version(change, label="2026-09"))
    assert site.library.proposal("good").compared == ((BAND,) if offered else ())
    assert all(fact.path != BAND for fact in site.entry.unverified), "the adopted version keeps its ticks"
    site.adopt()
    assert site.library.proposal("good").compared == (), "a signature that left the tick out compared nothing"


def test_that_nothing_is_offered_before_the_first_adoption_nor_where_the_site_has_its_own(site: Site) -> None:
    assert site.library.proposal("good").compared == ()
    site.adopt(checked=(BAND,))
    assert site.library.proposal("good").compared == (BAND,)
    site.adopt(SiteEntry(BAND, "2.5", "Weighed vials"))
    assert site.library.proposal("good").compared == ()


def test_that_every_version_can_be_compared(site: Site) -> None:
    site.adopt(TWELVE)
    used, new, old = site.used, version(label="2026-09"), version(label="2024-05")
    site.ships(new, old)
    found = [
        (one.protocol.label_revision, bool(one.protocol.site), one.shipped, one.in_use, one.adoption is not None)
        for one in site.library.versions("good")
    ]
    assert found[0] == ("2026-09", False, True, False, False)
    assert set(found[1:]) == {
        ("2026-01", True, False, True, True), ("2026-01", False, False, False, False),
        ("2024-05", False, False, False, False),
    }  # fmt: skip
    assert used.fingerprint in {one.protocol.fingerprint for one in site.library.versions("good")}


def test_that_a_request_sent_twice_signs_once(site: Site) -> None:
    command = site.command(TWELVE)
    signature = second(site.library.asked(command), NOW)
    one, two = (site.library.adopt(command, WEBER, signature) for _ in range(2))
    assert isinstance(one, Adoption) and one == two


def test_that_another_file_than_the_one_that_was_read_is_not_adopted(site: Site) -> None:
    read = site.command()
    site.ships(version(("hours = 24", "hours = 48"), label="2026-09"))
    assert codes(site.library.asked(read)) == ["adoption_other_version"]
    assert codes(site.library.adopt(read, WEBER, None)) == ["adoption_other_version"]
