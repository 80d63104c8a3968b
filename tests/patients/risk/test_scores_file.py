"""A score file with a mistake is noticed when it is read, by its name and key; nothing of it is ever shown."""

from __future__ import annotations

import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.patients.risk.scores_file import read_path, read_score, score_of, shipped_scores

EASIX = resource("scores", "easix.toml").read_text("utf-8")
HEMATOTOX = resource("scores", "car_hematotox.toml").read_text("utf-8")
MISTAKES = [
    (EASIX, "format = 1", "format = 2"),
    (EASIX, 'id = "easix"', 'id = "other"'),
    (EASIX, 'kind = "ratio"', 'kind = "sum"'),
    (EASIX, "read = 2026-11-22", 'read = "soon"'),
    (EASIX, 'timing = "before_lymphodepletion"', 'timing = "whenever"'),
    (EASIX, 'multiply = ["ldh", "creatinine"]', 'multiply = ["ldh"]'),
    (EASIX, 'divide = "platelets"', 'divide = "thrombocytes"'),
    (EASIX, "above = 4.67", "above = 4.68"),
    (EASIX, "to = 4.67", "below = 4.67"),
    (EASIX, "above = 4.67", "from = 4.67"),
    (EASIX, 'source = ["KORELL"]', 'source = ["NOBODY"]'),
    (EASIX, 'source = ["KORELL"]', "source = []"),
    (EASIX, 'confidence = "medium"', 'confidence = "fair"'),
    (EASIX, "plausible = [50, 20000]", "plausible = [20000, 50]"),
    (EASIX, '{ unit = "U/L" }', '{ unit = "U/L", times = 2 }'),
    (EASIX, "[formula]", '[no_bands]\nwhy = "none"\n\n[formula]'),
    (EASIX, 'name = "LDH"', 'name = "LDH"\nnormal = 250'),
    (EASIX, 'url = "https://pmc.ncbi.nlm.nih.gov/articles/PMC8525234"', ""),
    (EASIX, 'population = "', 'peoples = "'),
    (HEMATOTOX, "{ points = 2, below = 75 }", "{ points = 2, below = 70 }"),
    (HEMATOTOX, "{ points = 1, from = 75, to = 175 }", "{ points = 1, from = 75, to = 180 }"),
    (HEMATOTOX, "{ points = 0, above = 175 }", "{ points = 0, above = 175, from = 175 }"),
    (HEMATOTOX, "{ points = 2, above = 2000 }", "{ points = 2, above = 2000, to = 9000 }"),
    (HEMATOTOX, 'source = ["SECOND_HAND"]\nconfidence = "low"', 'source = ["SECOND_HAND"]\nconfidence = "high"'),
    (HEMATOTOX, "points = [{ points = 0, from = 9 }, { points = 1, below = 9 }]\n", ""),
    (HEMATOTOX, "from = 2\n", "from = 3\n"),
]


@pytest.mark.parametrize(("text", "before", "after"), MISTAKES)
def test_that_a_mistake_in_a_score_file_is_never_read_over(text: str, before: str, after: str) -> None:
    name = "easix" if text is EASIX else "car_hematotox"
    assert before in text
    with pytest.raises(ValueError, match=name):
        read_score(text.replace(before, after, 1), name)


def test_that_every_shipped_score_is_read_and_named_by_its_file() -> None:
    names = [score.id for score in shipped_scores()]
    assert names == ["car_hematotox", "easix", "m_easix"]
    assert [read_path(resource("scores", f"{name}.toml")).id for name in names] == names
    assert score_of("nothing") is None


def test_that_every_score_says_where_it_was_read_and_for_whom_it_was_made() -> None:
    for score in shipped_scores():
        assert all(source.url or source.note for source in score.sources)
        assert score.made_for and score.population and score.what and score.timing_text
        used = {name for backing in score.backings for name in backing.sources}
        assert used == {source.id for source in score.sources}
