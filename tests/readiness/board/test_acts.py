"""An act, then the answer: the board on a real store follows everything that happens, and promises follow with it."""

from __future__ import annotations

from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.board import Verdict
from crs_desktop.readiness.service import ConfirmSets
from tests.readiness.board.site import ACTOR, CELLS, STEPS, Site, day, must


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


def test_that_vials_received_make_ready_and_quarantine_makes_short(site: Site) -> None:
    adler = site.enrol("Adler")
    assert (site.verdict(adler), site.codes(adler)) == (Verdict.SHORT, ["plan_no_vials"])
    site.receive("B1", "400", 1)
    assert (site.verdict(adler), site.lots(adler)) == (Verdict.READY, [{"B1": 1}])
    site.state("B1", "quarantined")
    assert (site.verdict(adler), site.codes(adler)) == (Verdict.SHORT, ["plan_no_vials", "plan_not_usable"])
    site.state("B1", "available")
    assert site.verdict(adler) is Verdict.READY


def test_that_vials_too_far_away_do_not_count_until_policy_says_so(site: Site) -> None:
    adler = site.enrol("Adler")
    site.receive("D1", "400", 1, place=site.place("Depot", "121"))
    assert site.verdict(adler) is Verdict.SHORT
    site.policy("counted_reach", "121")
    assert site.verdict(adler) is Verdict.READY


def test_that_a_dose_spends_a_set_ends_its_promise_and_tells_who_is_short(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler, berg = site.enrol("Adler"), site.enrol("Berg", starts=1)
    site.policy("after_rescue", "refill")
    must(site.confirm(adler))
    site.readiness.refresh()
    assert (site.verdict(adler), site.verdict(berg)) == (Verdict.READY, Verdict.READY)
    site.dose(adler, {"B1": 1})
    assert site.promises() == []
    said = site.readiness.consequences()
    assert (site.verdict(adler), site.verdict(berg)) == (Verdict.READY, Verdict.SHORT)
    assert "Now short: Berg, Ruth" in said and "1 set" in said and "Smallest fix: Order 1 x 400 mg Actemra" in said
    assert "Adler" not in said and "course:" not in said


def test_that_what_is_new_is_told_also_when_the_board_was_painted_meanwhile(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler")
    site.enrol("Berg", starts=1)
    site.policy("after_rescue", "refill")
    site.readiness.refresh()
    site.dose(adler, {"B1": 1})
    site.readiness.refresh()
    site.readiness.refresh()
    assert "Now short: Berg, Ruth" in site.readiness.consequences()
    site.enrol("Cohn", starts=30)
    assert "Short as before: Berg, Ruth" in site.readiness.consequences()


def test_that_a_dose_lowers_what_is_owed_and_its_reversal_raises_it(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    assert (site.window(adler).owed, len(site.window(adler).sets)) == (2, 2)
    first = site.dose(adler, {"B1": 1})
    assert (site.window(adler).owed, site.verdict(adler)) == (1, Verdict.READY)
    site.waste("B1", 1)
    assert site.verdict(adler) is Verdict.SHORT
    must(site.doses.reverse(site.key(), first, "wrong patient", ACTOR))
    assert (site.window(adler).owed, len(site.window(adler).sets)) == (2, 1)


def test_that_refill_counts_the_doses_of_the_open_episode_only(site: Site) -> None:
    site.receive("B1", "400", 9)
    adler = site.enrol("Adler", CELLS)
    site.policy("after_rescue", "refill")
    for hour in ("00:00", "02:00", "04:00"):
        site.dose(adler, {"B1": 1}, at=hour)
    assert site.window(adler).owed == 1
    must(site.episodes.close(site.key(), adler, "resolved", ACTOR))
    assert site.window(adler).owed == 2


def test_that_prophylaxis_and_doses_outside_the_window_lower_nothing(site: Site) -> None:
    site.receive("B1", "400", 5)
    adler = site.enrol("Adler", CELLS)
    site.dose(adler, {"B1": 1}, purpose="prophylactic")
    site.dose(adler, {"B1": 1}, ahead=-1)
    assert site.window(adler).owed == 2


def test_that_two_equal_sets_need_two_promises(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    first = must(site.confirm(adler, 1))
    assert [one.earmark_id for one in site.window(adler).sets] == [first.id, None]
    second = must(site.confirm(adler, 2))
    assert [one.earmark_id for one in site.window(adler).sets] == [first.id, second.id]
    assert [one.set_no for one in site.promises()] == [1, 2]
    again = must(site.confirm(adler, 1))
    assert len(site.promises()) == 2 and again.set_no == 1


def test_that_a_window_that_grows_asks_for_its_promise_again_and_renewing_replaces_it(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler")
    must(site.confirm(adler))
    site.mark(adler, "SUD1", "given")
    site.move(adler, "SUD2", 9)
    (one,) = site.window(adler).sets
    assert one.earmark_id is not None and not one.promise_covers
    assert "confirm again" in site.readiness.refresh().windows[0].sets[0].note
    renewed = must(site.confirm(adler))
    (one,) = site.window(adler).sets
    assert [item.id for item in site.promises()] == [renewed.id] == [one.earmark_id] and one.promise_covers


def test_that_a_window_moved_to_earlier_days_asks_for_its_promise_again(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler", CELLS, starts=5)
    site.policy("sets_car_t", "1")
    must(site.confirm(adler))
    site.move(adler, "D0", 4)
    assert [one.promise_covers for one in site.window(adler).sets] == [False]
    must(site.confirm(adler))
    assert [one.promise_covers for one in site.window(adler).sets] == [True]
    assert [one.held for one in site.promises()] == [DayRange(day(4), day(18))]


def test_that_a_promise_runs_on_when_days_of_its_window_pass(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler")
    must(site.confirm(adler))
    later = site.later(2)
    assert [one.promise_covers for one in later.window(adler).sets] == [True]
    later.store.close()


def test_that_a_promise_of_wasted_vials_is_replaced_on_confirming(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler")
    must(site.confirm(adler))
    site.waste("B1", 1)
    site.receive("B2", "200", 2)
    (one,) = site.window(adler).sets
    assert one.earmark_id is None and site.board().unkept_promises == 1
    must(site.confirm(adler))
    assert [item.vials for item in site.promises()] == [(site.line("B2", 2),)]
    assert site.board().unkept_promises == 0


def test_that_a_set_that_is_gone_is_not_promised(site: Site) -> None:
    adler = site.enrol("Adler")
    assert codes(site.confirm(adler)) == ["readiness_set_gone"]


def test_that_the_promise_of_a_patient_who_died_is_free_for_others_at_once(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler")
    must(site.confirm(adler))
    site.mark(adler, "SUD1", "given")
    berg = site.enrol("Berg", starts=1)
    assert site.verdict(berg) is Verdict.SHORT
    site.end(adler, "died")
    assert site.promises() == [] and site.verdict(berg) is Verdict.READY
    must(site.confirm(berg))


def test_that_withdrawing_before_the_first_dose_frees_the_promise_and_after_it_keeps_it(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler, berg = site.enrol("Adler"), site.enrol("Berg")
    must(site.confirm(adler))
    must(site.confirm(berg))
    site.mark(berg, "SUD1", "given")
    site.end(adler, "withdrawn")
    site.end(berg, "withdrawn")
    assert (len(site.promises(adler)), len(site.promises(berg))) == (0, 1)
    assert site.verdict(berg) is Verdict.READY


def test_that_a_promise_whose_window_became_shorter_stands_in_nobodys_way_after_it(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler")
    must(site.confirm(adler))
    site.mark(adler, "SUD1", "given")
    site.end(adler, "withdrawn")
    berg = site.enrol("Berg", starts=3)
    assert site.lots(adler) == site.lots(berg) == [{"B1": 1}]
    must(site.confirm(berg))
    assert [one.held.last for one in site.promises()] == [day(2), day(11)]


def test_that_a_promise_without_a_window_is_shown_and_gives_way(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler", CELLS, starts=2)
    site.policy("sets_car_t", "1")
    must(site.confirm(adler))
    site.mark(adler, "D0", "not given")
    board = site.board()
    assert board.unkept_promises == 1 and board.windows == ()
    assert "promises that the plan does not keep: 1" in site.readiness.refresh().detail
    berg = site.enrol("Berg", starts=2)
    must(site.confirm(berg))
    assert site.promises(adler) == [] and site.board().unkept_promises == 0


def test_that_a_promise_of_a_later_window_is_no_promise_too_many(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler", starts=2)
    must(site.confirm(adler))
    site.move(adler, "SUD1", 40)
    board = site.board()
    assert board.windows == () and board.unkept_promises == 0


def test_that_a_set_promised_to_somebody_who_needs_no_more_gives_way(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    must(site.confirm(adler, 1))
    must(site.confirm(adler, 2))
    site.dose(adler, {}, supply="elsewhere")
    assert (site.window(adler).owed, len(site.promises(adler)), site.board().unkept_promises) == (1, 2, 1)
    berg = site.enrol("Berg")
    must(site.confirm(berg))
    assert (len(site.promises(adler)), len(site.promises(berg))) == (1, 1)
    assert (site.verdict(adler), site.verdict(berg)) == (Verdict.READY, Verdict.READY)


def test_that_a_needed_promise_never_gives_way_by_itself(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler", starts=4)
    must(site.confirm(adler))
    berg = site.enrol("Berg", starts=2)
    assert (site.verdict(adler), site.verdict(berg)) == (Verdict.SHORT, Verdict.READY)
    assert codes(site.confirm(berg)) == ["stock_promised_already"]
    assert len(site.promises(adler)) == 1


def test_that_a_promise_of_last_month_does_not_stand_in_the_way(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    must(site.confirm(adler, 1))
    must(site.confirm(adler, 2))
    later = site.later(20)
    later.waste("B1", 1)
    berg = later.enrol("Berg", starts=20)
    must(later.confirm(berg))
    assert later.board().unkept_promises == 0
    later.store.close()


def test_that_weight_hold_and_horizon_change_the_answer(site: Site) -> None:
    site.receive("B1", "400", 1)
    adler = site.enrol("Adler", STEPS, kg="")
    assert (site.verdict(adler), site.codes(adler)) == (Verdict.CANNOT_SAY, ["readiness_no_weight"])
    site.weigh(adler, "50")
    assert site.verdict(adler) is Verdict.READY
    site.mark(adler, "SUD1", "held")
    assert (site.verdict(adler), site.codes(adler)) == (Verdict.READY_BUT, ["readiness_held"])
    site.move(adler, "SUD1", 31)
    assert site.board().windows == ()
    assert site.readiness.board(days=31).windows[0].verdict is Verdict.READY
    assert site.readiness.board(days=0).horizon == DayRange(day(0), day(0))


def test_that_a_forgotten_infusion_stays_on_the_board(site: Site) -> None:
    site.enrol("Adler", CELLS, starts=-20)
    board, picture = site.readiness.answer()
    assert board.windows == () and board.unrecorded == 1
    (row,) = picture.rows
    assert row.day == str(day(-20)) and row.reason and "past infusions without a record: 1" in picture.detail


def test_that_renewing_one_promise_of_a_moved_window_leaves_the_other_as_it_is(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS, starts=2)
    must(site.confirm(adler, 1))
    kept = must(site.confirm(adler, 2))
    site.move(adler, "D0", 25)
    must(site.confirm(adler, 1))
    assert [one.promise_covers for one in site.window(adler).sets] == [True, False]
    assert len(site.promises()) == 2 and kept in site.promises()


def test_that_sets_are_promised_as_they_were_seen_or_not_at_all(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    holder = f"course:{site.course(adler)}"
    seen = tuple((one.planned.set_no, one.planned.vials) for one in site.window(adler).sets)
    other = ((1, seen[0][1]), (2, (("99/1", 1),)))
    answered = site.readiness.confirm_sets(ConfirmSets("c1", holder, other), ACTOR)
    assert answered.done == "Set 1 is promised to Adler, Ruth through Wed 16 Dec."
    assert len(answered.refused) == 1 and "The board has changed" in answered.refused[0]
    answered = site.readiness.confirm_sets(ConfirmSets("c2", holder, seen), ACTOR)
    assert (answered.done, answered.refused) == ("Sets 1, 2 are promised to Adler, Ruth through Wed 16 Dec.", ())
    assert site.readiness.confirm_sets(ConfirmSets("c2", holder, seen), ACTOR) == answered
    assert [one.set_no for one in site.promises()] == [1, 2]
    nobody = site.readiness.confirm_sets(ConfirmSets("c3", "course:99", seen), ACTOR)
    assert nobody.done == "" and len(nobody.refused) == 2


def test_that_both_of_two_stale_promises_are_replaced_in_one_go(site: Site) -> None:
    site.receive("B1", "400", 2)
    adler = site.enrol("Adler", CELLS)
    must(site.confirm(adler, 1))
    must(site.confirm(adler, 2))
    site.waste("B1", 2)
    site.receive("B2", "200", 4)
    seen = tuple((one.planned.set_no, one.planned.vials) for one in site.window(adler).sets)
    answered = site.readiness.confirm_sets(ConfirmSets("c1", f"course:{site.course(adler)}", seen), ACTOR)
    assert answered.refused == ()
    assert [item.vials for item in site.promises()] == [(site.line("B2", 2),)] * 2
    assert site.board().unkept_promises == 0


def test_that_a_window_at_the_very_end_of_the_horizon_is_known_in_whole(site: Site) -> None:
    adler = site.enrol("Adler", starts=30)
    site.mark(adler, "FULL1", "not given")
    assert site.window(adler).window.days == DayRange(day(30), day(45))


def test_that_a_window_owes_what_policy_will_ask_on_the_day_it_begins(site: Site) -> None:
    site.policy("sets_bispecific", "0")
    site.policy("sets_bispecific", "2", valid_from=day(3).isoformat())
    before, after = site.enrol("Adler", starts=1), site.enrol("Berg", starts=5)
    assert site.window(before).owed == 0
    assert (site.window(after).owed, site.verdict(after)) == (2, Verdict.SHORT)


def test_that_an_empty_board_is_not_green(site: Site) -> None:
    assert site.readiness.refresh().state == ""
    site.enrol("Adler")
    assert site.readiness.refresh().state == "short"


def test_that_an_order_names_no_brand_under_recall_or_without_the_indication(site: Site) -> None:
    site.receive("T1", "80", 1, brand="Tyenne")
    site.receive("F1", "80", 1, brand="Tofidence")
    site.enrol("Adler")
    (order, *_) = site.board().fixes
    assert {one.brand for one in order.vials} == {"Actemra"}
