"""A batch called after its kind says the kind once, wherever it is spoken of."""

import pytest

from tests.factories import TODAY, make_kind, make_running_batch
from units.operations.notices import initial_notice
from units.rules import batch_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("第七批", "示范单位", "全市第七批民族团结进步示范单位"),
        ("2026年教育实践基地", "教育实践基地", "全市2026年民族团结进步教育实践基地"),
    ],
)
def test_the_kind_is_said_once(cast, name, kind, words):
    batch = make_running_batch(cast.city, name, kind=make_kind(kind))

    assert batch_words(batch) == words
    assert initial_notice(batch, TODAY)["title"] == f"关于{words}拟命名名单的公示"
    assert batch.with_kind.count(kind) == 1 and batch.with_kind.startswith("盟市级")
