"""The document of `plan FILE`: what is understood, what is refused with every fault at once, what comes out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.answers import ExitStatus
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.plan_document import read_document, read_tables
from crs_desktop.readiness.plan_document_answer import answer_document, plan_answer
from crs_desktop.readiness.rules.fixes import move_fix
from crs_desktop.readiness.rules.plan import solve


def good():
    return {
        "today": "2026-12-01",
        "rounding_percent": "0",
        "lots": [
            {"lot": "A1", "brand": "Actemra", "mg": 400, "vials": 3, "expires": "2027-01-31"},
            {"lot": "A2", "brand": "Actemra", "mg": 200, "vials": 1, "expires": "2027-01-31"},
        ],
        "patients": [{"id": "P1", "weight_kg": "72.5", "sets": 2, "from": "2026-12-03", "until": "2026-12-17"}],
    }


def schema(name):
    return json.loads(Path(resource("schemas", name)).read_text("utf-8"))


def faults(text):
    with pytest.raises(NotUnderstood) as refused:
        read_document(text)
    assert all(say(finding) for finding in refused.value.findings)
    return [(finding.code.removeprefix("plan_file_"), finding.field) for finding in refused.value.findings]


def fault(change):
    document = good()
    change(document)
    return faults(json.dumps(document))


def test_that_the_document_of_the_page_is_answered_as_the_page_says():
    answer = plan_answer(read_document(json.dumps(good())))
    assert answer.status is ExitStatus.YES
    assert answer.document == {
        "verdict": "ready", "proved_best": True, "covered": 2, "owed": 2, "waste_mg": "240",
        "sets": [
            {
                "patient": "P1", "set": 1, "dose_mg": "580", "drawn_mg": "580", "opened_mg": "800", "waste_mg": "220",
                "vials": [{"lot": "A1", "mg": 400, "vials": 2}],
            },
            {
                "patient": "P1", "set": 2, "dose_mg": "580", "drawn_mg": "580", "opened_mg": "600", "waste_mg": "20",
                "vials": [{"lot": "A1", "mg": 400, "vials": 1}, {"lot": "A2", "mg": 200, "vials": 1}],
            },
        ],
        "uncovered": [], "fix": None,
    }  # fmt: skip


def test_that_short_is_told_with_reason_and_order():
    document = good()
    document["lots"].pop()
    answer = plan_answer(read_document(json.dumps(document)))
    assert answer.status is ExitStatus.NO
    assert answer.document["verdict"] == "short" and answer.document["uncovered"][0]["sets"] == 1
    assert "P1" in answer.document["uncovered"][0]["reason"]
    vials = [{"mg": 200, "n": 1, "brand": "Actemra"}]
    assert answer.document["fix"] == {"kind": "order", "vials": vials, "by": "2026-12-03", "patient": None, "to": None}


def test_that_every_optional_part_is_read_and_answered():
    document = good()
    document["lots"] += [
        {"lot": "A1", "brand": "Actemra", "mg": 400, "vials": 1, "expires": "2027-01-31", "place": "ward",
         "available_from": "2026-12-05", "state": "quarantined"},
        {"lot": "C", "brand": "Actemra", "mg": "162.5", "vials": 1, "expires": "2027-01-31"},
    ]  # fmt: skip
    day = {"from": "2026-12-03", "until": "2026-12-03"}
    document["patients"] += [{"id": "P2", "dose_mg": "162.5", "sets": 0, **day}]
    document["patients"] += [{"id": "P3", "weight_kg": "1.5", "sets": 1, **day}]
    document["planned_use"] = [
        {"patient": "Q", "date": "2026-12-20", "dose_mg": "400"}, {"patient": "R", "date": "2026-12-03", "dose_mg": 800}
    ]  # fmt: skip
    document["earmarks"] = [
        {"patient": "P1", "set": 2, "vials": [{"lot": "A1", "mg": 400, "vials": 2, "place": "ward"}]},
        {"patient": "P1", "set": 1, "vials": [{"lot": "A2", "mg": 200, "vials": 1}], "confirmed": True},
    ]
    read = read_document(json.dumps(document))
    jsonschema.validate(document, schema("plan.input.json"))
    question = read.question
    assert (question.supply[2].usable, question.supply[2].available_from) == (False, date(2026, 12, 5))
    assert question.supply[3].strength == Mass.of_mg("162.5")
    assert question.earmarks[0].vials == (("2", 2),) and question.earmarks[1].confirmed
    assert [movable.holder for movable in read.movable()] == ["P1", "P2", "P3"]
    answer = plan_answer(read).document
    jsonschema.validate(answer, schema("plan.json"))
    assert [use["patient"] for use in answer["planned_use"]] == ["Q"]
    assert {finding["code"] for finding in answer["findings"]} == {"weight_unusual", "plan_use_unmet"}


@pytest.mark.parametrize("path", sorted(Path(resource("instances")).glob("*.json")), ids=lambda path: path.stem)
def test_that_shipped_instances_and_their_answers_satisfy_the_schemas(path):
    text = path.read_text("utf-8")
    jsonschema.validate(json.loads(text), schema("plan.input.json"))
    if not path.stem.startswith(("hospital", "full")):
        jsonschema.validate(plan_answer(read_document(text)).document, schema("plan.json"))


def put(where, key, value):
    return lambda document: document[where][0].__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (put("lots", "vials", 0), "count_out_of_range", "lots[0].vials"),
        (put("lots", "vials", -1), "count_not_understood", "lots[0].vials"),
        (put("lots", "vials", 1.5), "number_not_exact", "lots[0].vials"),
        (put("lots", "vials", True), "wrong_kind_of_value", "lots[0].vials"),
        (put("lots", "mg", "4e2"), "mg_not_understood", "lots[0].mg"),
        (put("lots", "mg", "0"), "mg_out_of_range", "lots[0].mg"),
        (put("lots", "expires", "2026-02-31"), "day_does_not_exist", "lots[0].expires"),
        (put("lots", "expires", 20261231), "wrong_kind_of_value", "lots[0].expires"),
        (put("lots", "state", "lost"), "lot_state_unknown", "lots[0].state"),
        (put("lots", "brand", None), "key_missing", "lots[0].brand"),
        (put("lots", "colour", "red"), "key_unknown", "lots[0].colour"),
        (put("lots", "lot", "\u0000"), "text_unprintable", "lots[0].lot"),
        (put("patients", "weight_kg", "70,5"), "weight_not_understood", "patients[0].weight_kg"),
        (put("patients", "weight_kg", 72.5), "number_not_exact", "patients[0].weight_kg"),
        (put("patients", "weight_kg", None), "key_missing", "patients[0].weight_kg"),
        (put("patients", "dose_mg", "580"), "weight_and_dose", "patients[0].dose_mg"),
        (put("patients", "dose_mg", [1]), "wrong_kind_of_value", "patients[0].dose_mg"),
        (put("patients", "until", "2026-12-02"), "window_ends_before_start", "patients[0].until"),
        (lambda d: d.__setitem__("rounding_percent", "11"), "percent_not_understood", "rounding_percent"),
        (lambda d: d.__setitem__("lots", {}), "not_a_list", "lots"),
        (lambda d: d.pop("today"), "key_missing", "today"),
        (lambda d: d["lots"].append(dict(d["lots"][0])), "lot_repeated", "lots[2].lot"),
        (lambda d: d["lots"].append("x"), "not_an_object", "lots[2]"),
        (lambda d: d["patients"].append(dict(d["patients"][0])), "patient_repeated", "patients[1].id"),
        (lambda d: d["patients"].append(1), "not_an_object", "patients[1]"),
        (lambda d: d["lots"].extend(["x"] * 2001), "too_many_entries", "lots"),
        (lambda d: d.__setitem__("planned_use", ["x"]), "not_an_object", "planned_use[0]"),
        (lambda d: d.__setitem__("earmarks", ["x"]), "not_an_object", "earmarks[0]"),
    ],
)
def test_that_bad_input_is_named_by_field_and_reason(change, code, field):
    assert (code, field) in fault(change)


def earmarked(*vials, patient="P1", number=1, **other):
    return {"patient": patient, "set": number, "vials": list(vials), **other}


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (earmarked({"lot": "Z", "mg": 400, "vials": 1}), "lot_unknown"),
        (earmarked({"lot": "A1", "mg": 200, "vials": 1}), "lot_unknown"),
        (earmarked({"lot": "A1", "mg": 400, "vials": 1}, patient="P9"), "patient_unknown"),
        (earmarked({"lot": "A1", "mg": 400, "vials": 1}, confirmed="yes"), "not_true_or_false"),
        (earmarked(), "key_missing"),
        (earmarked("x"), "not_an_object"),
        (earmarked({"lot": "A1", "mg": 400, "vials": 0}), "count_out_of_range"),
        (earmarked({"lot": "A1", "mg": 400, "vials": 1}, {"lot": "A1", "mg": 400, "vials": 1}), "lot_repeated"),
    ],
)
def test_that_a_bad_earmark_is_named(mark, code):
    assert code in [found for found, _ in fault(lambda document: document.__setitem__("earmarks", [mark]))]


def test_that_an_earmark_is_not_guessed_or_repeated():
    document = good()
    document["lots"].append({**document["lots"][0], "place": "ward"})
    mark = earmarked({"lot": "A1", "mg": 400, "vials": 1})
    document["earmarks"] = [mark, mark]
    codes = [code for code, _ in faults(json.dumps(document))]
    assert "lot_ambiguous" in codes and "earmark_repeated" in codes


def test_that_all_faults_are_told_at_once():
    document = good()
    document["today"] = "2026-02-31"
    document["lots"][0].update(vials=0, mg="x")
    document["patients"][0]["until"] = "soon"
    assert len(faults(json.dumps(document))) == 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "document_not_json"),
        ("[1]", "not_an_object"),
        ('{"lots": [], "lots": [], "patients": []}', "key_repeated"),
        ("[" * 100, "document_too_deep"),
        (" " * 5_000_001, "document_too_long"),
        ('{"today": "2026-12-01", "lots": [], "patients": [], "rounding_percent": NaN}', "number_not_exact"),
        (r'{"a\"[[[[[[[[[[": 1, "lots": [], "patients": []}', "key_unknown"),
    ],
)
def test_that_broken_json_is_refused_in_words(text, code):
    assert code in [found for found, _ in faults(text)]


STOCK = "lot,brand,mg,vials,expires,place\nA1,Actemra,400,3,2027-01-31,\nA2,Actemra,200,1,2027-01-31,ward\n"
PATIENTS = "id,weight_kg,dose_mg,sets,from,until\nP1,72.5,,2,2026-12-03,2026-12-17\n\n"
TODAY = date(2026, 12, 1)


def test_that_two_tables_ask_the_same_as_the_document():
    read = read_tables("\ufeff" + STOCK.replace("\n", "\r\n"), PATIENTS, TODAY)
    assert plan_answer(read).document == plan_answer(read_document(json.dumps(good()))).document


def test_that_a_document_may_leave_today_to_the_clock():
    document = good()
    del document["today"]
    assert read_document(json.dumps(document), TODAY).question.today == TODAY


@pytest.mark.parametrize(
    ("stock", "code"),
    [
        ("", "table_empty"),
        ('lot,"brand\n', "table_not_understood"),
        (STOCK.replace("place", "shelf"), "key_unknown"),
        (STOCK.replace("place", "lot"), "key_repeated"),
        (STOCK.replace("mg", "state"), "key_missing"),
        (STOCK + "A3,Actemra\n", "row_wrong_length"),
        (STOCK.replace(",3,", ",1.5,"), "count_not_understood"),
    ],
)
def test_that_a_bad_table_is_named(stock, code):
    with pytest.raises(NotUnderstood) as refused:
        read_tables(stock, PATIENTS, TODAY)
    assert code in [finding.code.removeprefix("plan_file_") for finding in refused.value.findings]


def test_that_a_move_is_written_with_patient_and_day():
    document = good()
    document["lots"] = [{"lot": "A1", "brand": "Actemra", "mg": 400, "vials": 2, "expires": "2027-01-31"}]
    document["patients"] = [
        {"id": "P1", "dose_mg": 800, "sets": 1, "from": "2026-12-01", "until": "2026-12-03"},
        {"id": "P2", "dose_mg": 800, "sets": 1, "from": "2026-12-02", "until": "2026-12-05"},
    ]
    read = read_document(json.dumps(document))
    plan = solve(read.question)
    fix = move_fix(read.question, plan, read.movable())
    answer = answer_document(read.question, plan, fix)
    jsonschema.validate(answer, schema("plan.json"))
    assert answer["fix"] == {"kind": "move", "vials": [], "by": None, "patient": "P2", "to": "2026-12-04"}


def test_that_hours_and_vials_far_away_are_understood():
    document = good()
    document["lots"][0] |= {"available_from": "2026-12-04", "hour": "09:00"}
    document["lots"][1] |= {"far": True}
    document["patients"][0] |= {"first_time": "09:01", "further_sets": 1}
    jsonschema.validate(document, schema("plan.input.json"))
    question = read_document(json.dumps(document)).question
    assert [(line.far, line.hour) for line in question.supply] == [(False, 540), (True, None)]
    assert [(one.further, one.first_minute) for one in question.demands] == [(1, 541)]
    assert [dict(one.vials) for one in solve(question).sets] == [{"0": 2}, {"0": 1, "1": 1}]
    document["patients"][0] |= {"first_time": "09:00"}
    assert solve(read_document(json.dumps(document)).question).sets == ()
    document["lots"][0] |= {"far": True}
    document["patients"][0] |= {"first_time": "23:00"}
    assert [(one.set_no, dict(one.vials)) for one in solve(read_document(json.dumps(document)).question).sets] == [
        (2, {"0": 1, "1": 1})
    ]


def test_that_tables_say_the_same_of_hours_and_vials_far_away():
    stock = "lot,brand,mg,vials,expires,available_from,hour,far\nA1,Actemra,400,3,2027-01-31,2026-12-04,09:00,true\n"
    patients = "id,weight_kg,sets,further_sets,from,until,first_time\nP1,72.5,2,1,2026-12-03,2026-12-17,10:30\n"
    question = read_tables(stock, patients, date(2026, 12, 1)).question
    assert [(line.far, line.hour) for line in question.supply] == [(True, 540)]
    assert [(one.further, one.first_minute) for one in question.demands] == [(1, 630)]
    with pytest.raises(NotUnderstood):
        read_tables(stock.replace("true", "yes"), patients, date(2026, 12, 1))


def test_that_an_hour_needs_a_day_and_further_sets_are_among_the_sets():
    assert fault(lambda one: one["lots"][0].update(hour="09:00")) == [("key_missing", "lots[0].available_from")]
    assert fault(lambda one: one["lots"][0].update(far="yes")) == [("not_true_or_false", "lots[0].far")]
    code = fault(lambda one: one["patients"][0].update(further_sets=3))
    assert code == [("count_out_of_range", "patients[0].further_sets")]
    code = fault(lambda one: one["patients"][0].update(first_time="9:00"))
    assert code == [("clock_time_not_understood", "patients[0].first_time")]
