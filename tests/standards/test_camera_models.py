"""What is known of camera models."""

import pytest

from archive.standards.camera_models import _ANNOUNCED, find_camera_model
from archive.standards.edtf import parse


@pytest.mark.parametrize(
    ("make", "model", "announced"),
    [
        ("Apple", "iPhone 12 Pro", "2020-10"),
        ("NIKON CORPORATION", "NIKON D70s", "2005-04"),
        ("SONY", "ILCE-7SM3", "2020-07"),
        ("samsung", "SM-G991B", "2021-01"),
        ("samsung", "SM-G991U1", "2021-01"),
        ("", "canon eos 40d ", "2007-08"),
    ],
)
def test_a_model_is_found_as_cameras_write_it(make: str, model: str, announced: str) -> None:
    known = find_camera_model(make, model)

    assert known and known.announced == announced


@pytest.mark.parametrize("model", ["iPhone 99", "SM-G9", "NIKON", "", "Canon EOS 5D Mark V"])
def test_what_is_not_listed_is_not_guessed(model: str) -> None:
    assert find_camera_model("", model) is None


def test_every_row_has_a_month_and_each_model_stands_once() -> None:
    models = [model for _word, _source, months in _ANNOUNCED for named in months.values() for model in named.split("|")]

    assert len(models) == len(set(models)) > 60
    for _word, source, months in _ANNOUNCED:
        assert source
        assert list(months) == sorted(months)
        assert all(len(month) == 7 and parse(month) for month in months)
