"""What the tests of this floor share."""

import pytest

from tests import factories as make


@pytest.fixture
def place(cast):
    """The cast with what a list needs: categories and a kind of title."""
    make.make_category("学校", code="unit_school")
    make.make_category("苏木乡镇", code="area_township", scope="area")
    cast.kind = make.make_kind("示范单位")
    return cast
