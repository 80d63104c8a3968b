"""`plan FILE`: the plan on a plain document or two CSV files; no store is needed."""

from __future__ import annotations

from datetime import date

from crs_desktop.command_line.files import read_text_file
from crs_desktop.command_line.plain import lines
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.plan_document import PlanDocument, read_document, read_tables
from crs_desktop.readiness.plan_document_answer import plan_answer


def tell(world: World) -> Told:
    """Read the question, plan, answer."""
    answer = plan_answer(_read(world))
    return Told(answer, lines(answer.document))


def _read(world: World) -> PlanDocument:
    options = world.options
    today = world.clock.now().date() if options.today is None else read_day(options.today, "today")
    if isinstance(today, Finding):
        raise NotUnderstood(today)
    assert isinstance(today, date)
    tables = [options.stock, options.patients]
    if options.file is not None and tables == [None, None]:
        return read_document(read_text_file(options.file, "file"), today)
    if options.file is None and None not in tables:
        stock, patients = read_text_file(options.stock, "stock"), read_text_file(options.patients, "patients")
        return read_tables(stock, patients, today, options.rounding_percent)
    raise NotUnderstood(no("plan_one_question", "file", options.file or ""))
