"""A walk by keys through an adoption: read, compare, change a value, sign by two; a newer label, the difference, anew.

The window, its workers and the store are real; the store and the newer label are made up and thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.bootstrap import services
from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.staff.ui.second_person import SecondPersonDialog
from crs_desktop.therapies.adoption import label_date, to_compare
from crs_desktop.therapies.catalogue import Catalogue, load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.ui.form import AdoptDialog
from crs_desktop.therapies.ui.page import FACTS, VERSIONS, TherapiesPage
from tests.journeys.desk import ACTOR, NOW, Person, desk_over, wait_until
from tests.store.made_up_keys import ANYBODY, KEYS

TEC, DOSE = "teclistamab", "premedication.dexamethasone.dose"
OWN, REASON = "12", "Our haematologists, 3 Nov 2026: 16 mg was too much for the elderly"
NEWER = "2026-11"
# What the made-up newer label says otherwise.
CHANGES = (
    (b'label_revision = { value = "2026-03"', b'label_revision = { value = "2026-11"'),
    (b"least = 8\nmost = 28", b"least = 8\nmost = 21"),
    (b"least = 29\n", b"least = 22\n"),
)


class NoPicture:
    """Takes no picture. Another one may."""

    def __call__(self, name: str, widget: QWidget) -> None:
        """What is on the screen now."""


def newer() -> Protocol:
    """The file of a later program, of a label that does not exist."""
    text = load_catalogue().protocol(TEC).text
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new, 1)
    protocol = parse_protocol(text, f"{TEC}.toml")
    assert isinstance(protocol, Protocol), protocol
    return protocol


@contextmanager
def later_program() -> Iterator[Catalogue]:
    """The program of some months later: it brings the newer file, and the one before as an earlier version."""
    now = load_catalogue()
    new = newer()
    current = tuple(new if protocol.id == TEC else protocol for protocol in now.protocols)
    catalogue = Catalogue(current, (now.protocol(TEC), *now.older))
    before = services.load_catalogue
    services.load_catalogue = lambda: catalogue
    try:
        yield catalogue
    finally:
        services.load_catalogue = before


@dataclass
class AdoptionWalk:
    """Where one is on the way."""

    folder: Path
    take: NoPicture = field(default_factory=NoPicture)
    theme: str = "light"
    percent: int = 100
    now: datetime = NOW

    @property
    def store(self) -> Path:
        """The store of the walk."""
        return self.folder / "pharmacy.crs"

    def all(self) -> None:
        """Both legs, with a patient enrolled between them."""
        open_house(self.store, StatedClock(self.now), ChangeFeed(), KEYS, ANYBODY, kind=DEMO).close()
        with desk_over(self.store, self.now, self.theme, self.percent) as desk:
            self.first_adoption(desk)
            enrolled(desk)
        with later_program(), desk_over(self.store, self.now, self.theme, self.percent) as desk:
            self.newer_label(desk)

    def first_adoption(self, desk: Desk) -> None:
        """Read, compare, change one value, sign by two."""
        person, page = Person(desk), opened(desk)
        protocol = load_catalogue().protocol(TEC)
        assert "Not adopted" in page.block.signed.text()
        self.take("monograph", desk.shell)
        person.alt("F")
        wait_until(lambda: page.tabs.currentIndex() == FACTS, "all facts")
        person.tab_to(page.only_open)
        person.key(Qt.Key.Key_Space)
        assert all(line.open for line in page.facts.model.records())
        person.tab_to(page.facts.view)
        self.take("unverified-first", desk.shell)
        person.alt("A")
        dialog = person.dialog(AdoptDialog)
        person.write(dialog.form.fields["pharmacist"].editor, "A. Weber")
        person.tab_to(dialog.form.fields["has_read"].editor)
        person.key(Qt.Key.Key_Space)
        compare(person, dialog, 3)
        self.take("compare", dialog)
        self.change(person, dialog)
        person.press_button(dialog.panel.accept_button)
        self.sign(person, protocol, 1)
        wait_until(lambda: "Adopted by A. Weber" in page.block.signed.text(), "the adoption")
        assert "1 of this site’s own values" in page.block.about.text()
        person.alt("M")
        self.take("adopted", desk.shell)

    def change(self, person: Person, dialog: AdoptDialog) -> None:
        """One value otherwise: without a reason it is refused."""
        person.press_button(dialog.rules.add_button)
        (change,) = (one for one in dialog.findChildren(FormDialog) if one.isVisible())
        person.activate(change)
        form = change.form
        search = form.fields["site_path"].search  # type: ignore[attr-defined]
        person.write(search, "dexamethasone dose")
        wait_until(lambda: form.values()["site_path"] == DOSE, "the fact to be found")
        person.write(form.fields["site_value"].editor, OWN)
        person.press_button(change.panel.accept_button)
        wait_until(lambda: bool(form.error_of("site_reason")), "the refusal")
        self.take("reason-needed", change)
        person.write(form.fields["site_reason"].editor, REASON)
        person.press_button(change.panel.accept_button)
        wait_until(lambda: len(dialog.site_rules()) == 1, "the value in the list")
        person.activate(dialog)
        person.tab_to(dialog.rules.edit_button)
        self.take("changed", dialog)

    def sign(self, person: Person, protocol: Protocol, rules: int) -> None:
        """The second person reads, counts and signs."""
        found: list[SecondPersonDialog] = []

        def there() -> bool:
            every = QApplication.topLevelWidgets()
            found[:] = [one for one in every if isinstance(one, SecondPersonDialog) and one.isVisible()]
            return bool(found)

        wait_until(there, "the step of the second person")
        step = found[0]
        person.activate(step)
        fields = step.form.fields
        person.write(fields["label_revision"].editor, label_date(protocol.label_revision))
        person.write(fields["unverified"].editor, str(len(to_compare(protocol))))
        person.write(fields["site_rules"].editor, str(rules))
        person.tab_to(fields["read"].editor)
        person.key(Qt.Key.Key_Space)
        self.take(f"second-person-{protocol.label_revision}", step)
        person.press_button(step.panel.accept_button)
        wait_until(lambda: not there(), "the signature")

    def newer_label(self, desk: Desk) -> None:
        """What differs, and a new adoption that begins with what still holds; the patient stays."""
        person, page = Person(desk), opened(desk)
        assert "A newer label waits" in page.block.signed.text()
        assert page.block.reading.count() == 2
        self.take("newer-label", desk.shell)
        person.alt("V")
        wait_until(
            lambda: page.tabs.currentIndex() == VERSIONS and page.versions.table.model.total() > 0, "differences"
        )
        person.tab_to(page.versions.table.view)
        self.take("differences", desk.shell)
        person.alt("A")
        dialog = person.dialog(AdoptDialog)
        assert [rule.path for rule in dialog.site_rules()] == [DOSE]
        assert len(dialog.form.values()["checked"].split("\n")) == 3, "compared before, and unchanged"
        person.write(dialog.form.fields["pharmacist"].editor, "A. Weber")
        person.tab_to(dialog.form.fields["has_read"].editor)
        person.key(Qt.Key.Key_Space)
        person.tab_to(dialog.form.fields["checked"].editor)
        self.take("adopt-anew", dialog)
        person.press_button(dialog.panel.accept_button)
        self.sign(person, newer(), 1)
        wait_until(lambda: "waits" not in page.block.signed.text(), "the new adoption")
        assert f"label {NEWER}" in page.block.about.text()
        (record,) = desk.house.patients.records()
        (course,) = record.courses
        pinned = course.protocol
        assert (pinned.label_revision, len(pinned.site)) == ("2026-03", 1), (
            "who was enrolled before stays on that label"
        )
        person.go("patients")
        self.take("patient-stays", desk.shell)


def opened(desk: Desk) -> TherapiesPage:
    """The page of therapies, with the therapy found by typing a part of its brand."""
    person = Person(desk)
    person.go("therapies")
    (page,) = desk.shell.findChildren(TherapiesPage)
    wait_until(lambda: page.protocols.model.total() > 0, "the library")
    person.write(page.protocols.filter_box, "tecv")
    person.key(Qt.Key.Key_Down)
    wait_until(lambda: "Tecvayli" in page.head.text(), "the therapy")
    return page


def compare(person: Person, dialog: AdoptDialog, number: int) -> None:
    """Tick the first facts of the list."""
    editor = dialog.form.fields["checked"].editor
    person.tab_to(editor)
    for at in range(number):
        if at:
            person.key(Qt.Key.Key_Down)
        person.key(Qt.Key.Key_Space)


def enrolled(desk: Desk) -> None:
    """Somebody begins with the version that is in use."""
    weight = WeightTyped("70", "2026-11-22 01:00", "standing scale")
    command = Enrol("walk1", "0042", "Testperson", "Tilda", "1958-02-17", "none", weight, TEC, "mono", "2026-12-01")
    answer = desk.house.patients.enrol(command, ACTOR)
    assert not isinstance(answer, Refused), answer
