"""`plan FILE`: the plan on a plain document or two CSV files; no store is needed."""

from __future__ import annotations

from datetime import date

from crs_desktop.command_line.files import STANDARD_INPUT, read_text_file
from crs_desktop.command_line.text.plan import plan_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.plan_document import PlanDocument, read_document, read_tables
from crs_desktop.readiness.plan_document_answer import plan_answer


def tell(world: World) -> Told:
    """Read the question, plan, answer."""
    answer = plan_answer(_read(world))
    return Told(answer, plan_text(answer.document))


def _read(world: World) -> PlanDocument:
    options = world.options
    tables = [options.stock, options.patients]
    if options.file is not None and tables == [None, None]:
        for field in ("today", "rounding_percent"):
            if getattr(options, field) is not None:
                raise NotUnderstood(no("cl_plan_option_of_tables", field, getattr(options, field)))
        return read_document(read_text_file(options.file, "file"), world.today())
    if options.file is not None or None in tables:
        raise NotUnderstood(no("cl_plan_one_question", "file", options.file or ""))
    if tables == [STANDARD_INPUT, STANDARD_INPUT]:
        raise NotUnderstood(no("cl_file_input_once", "patients", options.patients))
    stock, patients = read_text_file(options.stock, "stock"), read_text_file(options.patients, "patients")
    return read_tables(stock, patients, _today(world), options.rounding_percent or "0")


def _today(world: World) -> date:
    today = world.today() if world.options.today is None else read_day(world.options.today, "today")
    if isinstance(today, Finding):
        raise NotUnderstood(today)
    return today
