"""The rule of assignment, without a database: bars hold, load is even, the same every time."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.rules.assignment import Person, Subject, barred, faults, propose, short

EAST, WEST = "/1/2/3/", "/1/2/4/"


def subject(key, path=EAST):
    return Subject(key, f"示例单位{key}", path)


def person(key, **fields):
    return Person(key, f"测评员{key}", **fields)


def loads(pairs, people):
    return [sum(1 for _, who in pairs if who == each.key) for each in people]


def spread(pairs, people):
    counted = loads(pairs, people)
    return max(counted) - min(counted)


def per_subject(pairs, subjects):
    return [sum(1 for key, _ in pairs if key == each.key) for each in subjects]


def test_nobody_scores_units_of_their_own_banner_except_in_the_first_round():
    own = person(1, home=EAST)

    assert barred(subject(1), own) == "本旗县市区的人员不评本地单位"
    assert barred(subject(1, EAST + "9/"), own)
    assert not barred(subject(1, WEST), own)
    assert not barred(subject(1), own, own_home=True)


@pytest.mark.parametrize("tie", ["units", "conflicts"])
def test_own_unit_and_declared_tie_bar_even_in_the_first_round(tie):
    tied = person(1, **{tie: frozenset({7})})

    assert barred(subject(7), tied, own_home=True)
    assert not barred(subject(8), tied)


def test_the_sentence_says_who_is_missing_and_why():
    people = [person(1, home=EAST), person(2, conflicts=frozenset({1})), person(3)]

    found = propose([subject(1)], people, each=2)

    assert found.pairs == {(1, 3)}
    assert found.sentences == [
        "“示例单位1”需要 2 人，只能派 1 人，还差 1 人：测评员1本旗县市区的人员不评本地单位；"
        "测评员2已声明回避。请增加测评组成员，或减少每家测评人数。"
    ]


def test_an_uneven_load_that_cannot_be_helped_is_said():
    subjects = [subject(number) for number in range(4)]
    people = [person(1), person(2, home=EAST), person(3, home=EAST)]

    found = propose(subjects, people, each=1)

    assert loads(found.pairs, people) == [4, 0, 0]
    assert "各人家数相差 4 家，已是可能的最小差距：测评员1 4 家，测评员2 0 家" in found.unevenness


def test_work_already_begun_stays_where_it_is():
    subjects = [subject(number) for number in range(6)]
    people = [person(1), person(2), person(3)]
    kept = frozenset({(0, 1), (1, 1), (2, 1)})

    found = propose(subjects, people, each=1, kept=kept)

    assert kept <= found.pairs
    assert sorted(loads(found.pairs, people)) == [1, 2, 3]


def best_spread(subjects, people, each, bars):
    """The least spread there is, by trying every assignment."""
    choices = []
    for row in subjects:
        free = [who.key for who in people if (row.key, who.key) not in bars]
        choices.append(list(combinations(free, min(each, len(free)))))
    best = None
    for chosen in product(*choices):
        counted = dict.fromkeys((who.key for who in people), 0)
        for who in (key for part in chosen for key in part):
            counted[who] += 1
        apart = max(counted.values()) - min(counted.values())
        best = apart if best is None else min(best, apart)
    return best


def with_bars(number, bars):
    return [
        person(key, conflicts=frozenset(unit for unit, who in bars if who == key))
        for key in range(number)
    ]


@pytest.mark.parametrize("each", [1, 2, 3])
def test_every_small_case_is_as_even_as_can_be(each):
    cells = list(product(range(3), range(3)))
    subjects = [subject(key) for key in range(3)]
    for mask in range(1 << len(cells)):
        bars = {cell for bit, cell in enumerate(cells) if mask >> bit & 1}
        check(subjects, with_bars(3, bars), each, bars)


def check(subjects, people, each, bars):
    found = propose(subjects, people, each=each)
    assert not found.pairs & bars
    free = {row.key: sum((row.key, who.key) not in bars for who in people) for row in subjects}
    assert per_subject(found.pairs, subjects) == [min(each, free[row.key]) for row in subjects]
    assert len(found.shortages) == sum(number < each for number in free.values())
    assert spread(found.pairs, people) == best_spread(subjects, people, each, bars)
    assert bool(found.unevenness) == (spread(found.pairs, people) > 1)


cases = st.integers(1, 5).flatmap(
    lambda people: st.tuples(
        st.integers(1, 4),
        st.just(people),
        st.integers(1, 3),
        st.sets(st.tuples(st.integers(0, 3), st.integers(0, people - 1))),
    )
)


@given(cases)
@settings(max_examples=150, deadline=None)
def test_any_case_is_as_even_as_can_be(case):
    rows, number, each, bars = case
    subjects = [subject(key) for key in range(rows)]

    check(subjects, with_bars(number, bars), each, {bar for bar in bars if bar[0] < rows})


@given(
    st.integers(0, 60),
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_larger_rounds_keep_every_promise(rows, number, each, homes, chance):
    subjects = [subject(key, f"/1/{chance.randrange(homes)}/") for key in range(rows)]
    people = [person(key, home=f"/1/{chance.randrange(homes)}/") for key in range(number)]
    shuffled = chance.sample(subjects, rows), chance.sample(people, number)

    found = propose(subjects, people, each=each)

    assert found == propose(*shuffled, each=each)
    assert faults(subjects, people, found.pairs) == []
    told = short(subjects, found.pairs, each)
    assert len(told) == len(found.shortages)


def test_without_bars_load_differs_by_one_at_most():
    for rows, number, each in product(range(13), range(1, 7), range(1, 5)):
        subjects = [subject(key) for key in range(rows)]
        people = [person(key) for key in range(number)]

        found = propose(subjects, people, each=each)

        assert spread(found.pairs, people) <= 1


def test_pairs_made_by_hand_are_refused_in_sentences():
    people = [person(1, home=EAST), person(2)]

    found = faults([subject(1)], people, {(1, 1), (1, 2), (9, 2)})

    assert found == [
        "“示例单位1”不能派测评员1：本旗县市区的人员不评本地单位。",
        "有一格的单位或人员已不在本轮次，请刷新后重新勾选。",
    ]
