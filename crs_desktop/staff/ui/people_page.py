"""The page of people: who may sign in, what was done behind broken glass, who may do what, the two codes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, keep_hidden, message, phrase, tr
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.staff.model import Emergency, Person, Right, Rights
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.handed import PrintCodes
from crs_desktop.staff.ui.locking import LockingView, Watched
from crs_desktop.staff.ui.new_code import NewCodeDialog
from crs_desktop.staff.ui.people import CodeKind, NewCodes, People, PeopleShown
from crs_desktop.staff.ui.people_columns import emergency_columns, of_people, people_columns, rights_columns
from crs_desktop.staff.ui.people_forms import PeopleForms


class PeoplePage(Page):
    """Five views of one picture. Whoever may not manage people reads the same without the buttons."""

    title = "People"

    def __init__(
        self,
        tasks: Tasks,
        people: People,
        new_codes: NewCodes,
        print_codes: PrintCodes,
        rights: Rights,
        zone: ZoneInfo,
        topics: frozenset[Topic] = frozenset(),
        watched: Watched = str,
    ) -> None:
        super().__init__(tasks)
        self.topics = topics
        self._people = people
        self._new_codes = new_codes
        self._print = print_codes
        self._zone = zone
        self._shown: PeopleShown | None = None
        self.forms = PeopleForms(tasks, people, self, self._said)
        self.badge = StateBadge(parent=self)
        self.summary = PlainLabel("", "body", wrap=True)
        self.told = message()
        self.locking = LockingView(tasks, people.state_lock_minutes, watched, zone, self._said)
        self.views = QStackedWidget()
        self._tabs: list[QPushButton] = []
        self._make_tables(rights)
        self._make_buttons()
        self.body.addLayout(self._made_top())
        self.body.addWidget(self.told)
        self.body.addLayout(self._made_tabs())
        self.body.addWidget(self.views, 1)
        made = (self._made_people(), self._made_sessions(), self._made_rights(), self._made_codes(), self.locking)
        for view in made:
            self.views.addWidget(view)
        self._said("")
        self._size_tables()
        self.open_view(0)

    def refresh(self) -> None:
        self.ask(self._people.picture, self._show)

    def open_view(self, number: int) -> None:
        """0 people, 1 to be looked over, 2 who may do what, 3 codes, 4 locking."""
        self.views.setCurrentIndex(number)
        for at, tab in enumerate(self._tabs):
            tab.setChecked(at == number)
            tab.setProperty("kind", "plain" if at == number else "quiet")
            tab.style().unpolish(tab)
            tab.style().polish(tab)

    def open_new_code(self, kind: CodeKind) -> NewCodeDialog:
        """Make a new code; the old one works until the new one was typed back."""
        dialog = NewCodeDialog(self.tasks, kind, self._new_codes, self._print, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.kept.connect(lambda: self._said(phrase(f"staff_ui_kept_{kind}")))
        dialog.open()
        return dialog

    # --- acts without a form ---

    def free(self) -> None:
        """The chosen person may try again."""
        person = self.table.current()
        if person is not None:
            said = phrase("staff_ui_freed", name=person.name)
            self._act(lambda: self._people.free(uuid4().hex, person.id), said)

    def look_over(self) -> None:
        """Say that the chosen emergency access was read."""
        emergency = self.sessions.current()
        if emergency is not None:
            self.forms.look_over(emergency)

    def _act(self, work: Callable[[], object], said: str) -> None:
        def done(answer: object) -> None:
            self._said("\n".join(say(one) for one in answer.findings) if isinstance(answer, Refused) else said)
            self.refresh()

        self.tasks.run(work, done, self)

    # --- showing ---

    def _show(self, shown: PeopleShown) -> None:
        self._shown, picture = shown, shown.picture
        waiting = len(picture.to_look_over)
        active = sum(one.active for one in picture.people)
        self.badge.set_state(
            State.READY_BUT if waiting else State.READY,
            text=phrase("staff_ui_badge_waiting", count=waiting) if waiting else phrase("staff_ui_badge_fine"),
        )
        self.summary.setText(
            phrase("staff_ui_summary", active=active, ended=len(picture.people) - active)
            + ("" if picture.may_manage else " " + phrase("staff_ui_only_administrators"))
        )
        self._tabs[1].setText(phrase("staff_ui_tab_waiting", count=waiting) if waiting else tr("To be &looked over"))
        self.table.show_records(picture.people)
        self.sessions.show_records(picture.to_look_over)
        if self.table.current() is None and picture.people:
            self.table.choose(picture.people[0].id)
        if self.sessions.current() is None and picture.to_look_over:
            self.sessions.choose(picture.to_look_over[0].id)
        for kind, made in (("recovery", picture.recovery_made), ("emergency", picture.emergency_made)):
            code = "staff_ui_no_code" if made is None else "staff_ui_code_made"
            self._code_lines[kind].setText(phrase(code, when=words.when_text(made, self._zone)))
        self.locking.show_lock(picture.lock, picture.may_manage)
        self._show_chosen()
        self._show_session()

    def _now_shown(self) -> PeopleShown:
        assert self._shown is not None
        return self._shown

    def _show_chosen(self) -> None:
        shown, person = self._shown, self.table.current()
        manage = shown is not None and shown.picture.may_manage
        out = shown is not None and person is not None and person.id in shown.locked_out
        here = person is not None and person.active
        said = "" if shown is None or person is None else words.person_text(shown, person, self._zone)
        self.detail.setText(said)
        for one in (self.add_button, *self._acts, *self._code_buttons):
            keep_hidden(one, not manage)
        for one in (self.roles_button, self.rename_button, self.password_button, self.end_button):
            one.setEnabled(here)
        keep_hidden(self.free_button, not (manage and out and here))
        keep_hidden(self.back_button, not (manage and person is not None and not here))

    def _show_session(self) -> None:
        one = self.sessions.current()
        self.look_over_button.setEnabled(one is not None)
        self.session_head.setText("" if one is None else phrase("staff_ui_session_done", name=one.name))
        did = [] if one is None else [words.did_text(act, self._zone) for act in one.did]
        lines = [] if one is None else [one.reason, *(did or [phrase("staff_ui_session_nothing")])]
        self.session_detail.setText("\n".join(lines))

    def _said(self, text: str) -> None:
        self.told.setText(text)
        keep_hidden(self.told, not text)

    # --- making ---

    def _make_tables(self, rights: Rights) -> None:
        zone = self._zone
        self.table: RecordTable[Person] = RecordTable(
            tr("People"), people_columns(self._now_shown, zone), lambda one: one.id, filter_hint=tr("Filter people")
        )
        self.sessions: RecordTable[Emergency] = RecordTable(
            tr("To be looked over"), emergency_columns(zone), lambda one: one.id, empty=phrase("staff_ui_none_waiting")
        )
        self.rights: RecordTable[Right] = RecordTable(
            tr("Who may do what"), rights_columns(), lambda one: one.operation, sortable=False
        )
        self.rights.show_records(of_people(rights))
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(self._open_roles)
        self.sessions.chosen.connect(self._show_session)

    def _size_tables(self) -> None:
        for table in (self.table, self.sessions, self.rights):
            table.setMinimumHeight(row_height() * (6 if text_percent() < 150 else 4))
            table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "rights"):
            self._size_tables()  # the text size was changed while the page is open

    def _make_buttons(self) -> None:
        self.add_button = button(tr("&Add a person…"), "main")
        self.roles_button = button(tr("&Roles…"))
        self.rename_button = button(tr("Re&name…"))
        self.password_button = button(tr("Temporary pass&word…"))
        self.free_button = button(tr("&Free: may try again"))
        self.end_button = button(tr("L&eaves…"), hint=tr("Can no longer sign in"))
        self.back_button = button(tr("Take &back…"))
        self.look_over_button = button(tr("Looked o&ver…"), "main")
        self.add_button.clicked.connect(lambda: self.forms.add())
        self.roles_button.clicked.connect(self._open_roles)
        for made, run in (
            (self.rename_button, self.forms.rename),
            (self.password_button, self.forms.temporary),
            (self.end_button, self.forms.end),
            (self.back_button, self.forms.temporary),
        ):
            made.clicked.connect(lambda _on=False, act=run: self._with_chosen(act))
        self.free_button.clicked.connect(self.free)
        self.look_over_button.clicked.connect(self.look_over)
        self._acts = (self.roles_button, self.rename_button, self.password_button, self.end_button)

    def _open_roles(self) -> None:
        person = self.table.current()
        if person is not None and person.active and not self.roles_button.isHidden():
            self.forms.roles(person)

    def _with_chosen(self, act: Callable[[Person], object]) -> None:
        person = self.table.current()
        if person is not None:
            act(person)

    def _made_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.badge)
        row.addWidget(self.summary, 1)
        row.addWidget(self.add_button)
        return row

    def _made_tabs(self) -> FlowRow:
        row = FlowRow(gap=4)
        group = QButtonGroup(self)
        heads = (tr("&People"), tr("To be &looked over"), tr("Who &may do what"), tr("&Codes"), tr("Loc&king"))
        for number, head in enumerate(heads):
            tab = button(head, "quiet")
            tab.setCheckable(True)
            tab.setStyleSheet("padding: 6px 11px")  # chosen or not, it keeps its width
            tab.clicked.connect(lambda _on=False, at=number: self.open_view(at))
            group.addButton(tab)
            self._tabs.append(tab)
            row.addWidget(tab)
        return row

    def _made_people(self) -> QWidget:
        acts = FlowRow()
        for one in (*self._acts, self.free_button, self.back_button):
            acts.addWidget(one)
        self.detail = message()
        return _view(self.table, self.detail, acts)

    def _made_sessions(self) -> QWidget:
        self.session_head = heading()
        self.session_detail = message()
        acts = FlowRow()
        acts.addWidget(self.look_over_button)
        return _view(self.sessions, self.session_head, self.session_detail, acts)

    def _made_rights(self) -> QWidget:
        return _view(message(phrase("staff_ui_rights")), self.rights)

    def _made_codes(self) -> QWidget:
        self._code_lines: dict[str, PlainLabel] = {}
        self._code_buttons: list[QPushButton] = []
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        kinds: tuple[tuple[CodeKind, str, str], ...] = (
            ("recovery", tr("Recovery code"), tr("Make a new &recovery code…")),
            ("emergency", tr("Emergency code"), tr("Make a new &emergency code…")),
        )
        for kind, head, act in kinds:
            line = self._code_lines[kind] = message()
            made = button(act)
            made.clicked.connect(lambda _on=False, which=kind: self.open_new_code(which))
            self._code_buttons.append(made)
            for one in (heading(head), message(words.use_text(kind)), line):
                column.addWidget(one)
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(12)
        column.addStretch(1)
        return view


def _view(*parts: QWidget | FlowRow) -> QWidget:
    """One view: its parts beneath each other, the table taking the room."""
    view = QWidget()
    column = QVBoxLayout(view)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        if isinstance(part, FlowRow):
            column.addLayout(part)
        else:
            column.addWidget(part, 1 if isinstance(part, RecordTable) else 0)
    return view
