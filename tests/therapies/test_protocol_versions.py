"""A folder holds current files, earlier versions beside them, and products that must not be given for one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.catalogue import Catalogue, check_folder, load_catalogue, protocol_files

GOOD = (Path(__file__).parent / "good.toml").read_text("utf-8")


def put(folder: Path, name: str, label: str = "2026-01", swap: tuple[str, ...] = (), remark: str = "") -> None:
    product = name.partition("@")[0]
    text = GOOD.replace('id = "good"', f'id = "{product}"', 1).replace('value = "2026-01"', f'value = "{label}"', 1)
    named = ", ".join(f'"{other}"' for other in swap)
    text = text.replace('kind = "bispecific"', f'kind = "bispecific"\nnever_swap = [{named}]', 1)
    (folder / f"{name}.toml").write_text(f"{text}\n# {remark}\n", "utf-8")


def told(folder: Path) -> list[tuple[str, str, str, str]]:
    findings = check_folder(folder)
    assert all(finding.get("file") in say(finding) for finding in findings)
    return [(finding.code, finding.get("file"), finding.field, finding.value) for finding in findings]


def test_that_earlier_versions_stand_beside_the_current_ones(tmp_path: Path) -> None:
    put(tmp_path, "alpha")
    put(tmp_path, "alpha@2022", "copy of 2022-10-25")
    put(tmp_path, "alpha@2024", "2024-02")
    put(tmp_path, "beta")
    assert told(tmp_path) == []
    catalogue = load_catalogue(tmp_path)
    assert catalogue.ids() == ("alpha", "beta")
    assert catalogue.protocol("alpha").label_revision == "2026-01"
    assert [one.label_revision for one in catalogue.earlier("alpha")] == ["2024-02", "copy of 2022-10-25"]
    assert catalogue.earlier("beta") == ()
    for protocol in (*catalogue.protocols, *catalogue.older):
        assert catalogue.version(protocol.fingerprint) is protocol
    assert catalogue.version("0" * 64) is None
    assert [path.name for path in protocol_files(tmp_path)] == [
        "alpha.toml", "alpha@2022.toml", "alpha@2024.toml", "beta.toml",
    ]  # fmt: skip


def test_that_the_fingerprint_of_the_library_follows_its_earlier_versions(tmp_path: Path) -> None:
    put(tmp_path, "alpha")
    alone = load_catalogue(tmp_path)
    assert alone.fingerprint == fingerprint({"alpha": alone.protocols[0].fingerprint})
    put(tmp_path, "alpha@2022", "2022-10")
    with_old = load_catalogue(tmp_path)
    put(tmp_path, "alpha@2022", "2022-11")
    other_old = load_catalogue(tmp_path)
    assert len({alone.fingerprint, with_old.fingerprint, other_old.fingerprint}) == 3
    assert Catalogue(with_old.protocols).fingerprint == alone.fingerprint


def test_that_a_version_without_a_current_file_is_told(tmp_path: Path) -> None:
    put(tmp_path, "alpha@2022", "2022-10")
    assert told(tmp_path) == [("therapy_version_alone", "alpha@2022.toml", "id", "alpha")]


def test_that_a_version_of_another_product_is_told(tmp_path: Path) -> None:
    put(tmp_path, "alpha")
    put(tmp_path, "beta@2022", "2022-10")
    (tmp_path / "beta@2022.toml").rename(tmp_path / "alpha@2022.toml")
    assert told(tmp_path) == [("therapy_id_not_file", "alpha@2022.toml", "id", "beta")]


def test_that_the_same_bytes_twice_are_told(tmp_path: Path) -> None:
    put(tmp_path, "alpha")
    (tmp_path / "alpha@2022.toml").write_bytes((tmp_path / "alpha.toml").read_bytes())
    assert told(tmp_path) == [("therapy_version_same", "alpha@2022.toml", "id", "alpha")]
    assert "alpha.toml" in say(check_folder(tmp_path)[0])
    put(tmp_path, "alpha@2022", "2022-10")
    (tmp_path / "alpha@2023.toml").write_bytes((tmp_path / "alpha@2022.toml").read_bytes())
    assert told(tmp_path) == [("therapy_version_same", "alpha@2023.toml", "id", "alpha")]


def test_that_an_earlier_version_of_a_later_label_is_told(tmp_path: Path) -> None:
    put(tmp_path, "alpha")
    put(tmp_path, "alpha@2027", "2027-01")
    assert told(tmp_path) == [("therapy_version_newer", "alpha@2027.toml", "label_revision", "2027-01")]


def test_that_a_broken_current_file_is_told_once_and_its_versions_are_not_blamed(tmp_path: Path) -> None:
    (tmp_path / "alpha.toml").write_text("format = ", "utf-8")
    put(tmp_path, "alpha@2022", "2022-10")
    put(tmp_path, "beta", swap=("alpha",))
    assert [(code, name) for code, name, _, _ in told(tmp_path)] == [("therapy_line_empty", "alpha.toml")]


def test_that_products_not_to_be_swapped_name_each_other(tmp_path: Path) -> None:
    put(tmp_path, "iv", swap=("sc",))
    put(tmp_path, "sc", swap=("iv",))
    put(tmp_path, "iv@2022", "2022-10", swap=("sc",))
    assert told(tmp_path) == []
    assert load_catalogue(tmp_path).protocol("iv").never_swap == ("sc",)
    put(tmp_path, "sc")
    assert told(tmp_path) == [("therapy_swap_not_mutual", "iv.toml", "never_swap", "iv")]
    assert "sc.toml does not name" in say(check_folder(tmp_path)[0])


def test_that_a_product_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    put(tmp_path, "iv", swap=("pill",))
    put(tmp_path, "sc")
    put(tmp_path, "iv@2022", "2022-10", swap=("pill",))
    assert told(tmp_path) == [
        ("therapy_swap_unknown", "iv.toml", "never_swap", "pill"),
        ("therapy_swap_unknown", "iv@2022.toml", "never_swap", "pill"),
    ]
    assert check_folder(tmp_path)[0].get("allowed") == "sc"


def test_that_mistakes_inside_files_and_between_files_come_at_once(tmp_path: Path) -> None:
    put(tmp_path, "alpha", swap=("beta", "gamma"))
    put(tmp_path, "beta")
    put(tmp_path, "delta@2022", "2022-10")
    (tmp_path / "broken.toml").write_text("format = ", "utf-8")
    findings = told(tmp_path)
    assert {(code, name) for code, name, _, _ in findings} == {
        ("therapy_line_empty", "broken.toml"),
        ("therapy_version_alone", "delta@2022.toml"),
        ("therapy_swap_unknown", "alpha.toml"),
        ("therapy_swap_not_mutual", "alpha.toml"),
    }
    with pytest.raises(NotUnderstood) as raised:
        load_catalogue(tmp_path)
    assert raised.value.findings == check_folder(tmp_path)
