"""How many texts are read together."""

import pytest

from app.services.conversations.fitting import fitting, parts


@pytest.mark.parametrize(
    ("sizes", "number"),
    [([], 0), ([99], 1), ([4, 6, 1], 2), ([0, 0, 10, 0], 4), ([11, 1], 1), ([1, 2], 2)],
)
def test_at_least_one_fits(sizes: list[int], number: int) -> None:
    assert fitting(sizes, 10) == number


def test_parts_have_all_in_order() -> None:
    sizes = [4, 6, 1, 99, 10, 5, 5, 1]
    found = [sizes[part] for part in parts(sizes, 10)]
    assert found == [[4, 6], [1], [99], [10], [5, 5], [1]]
    assert list(parts([], 10)) == []
