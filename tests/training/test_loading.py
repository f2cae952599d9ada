"""Plans are dealt out so that nothing is lost, nothing comes twice and no process waits for another in vain."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from training.data.pairs import Pair
from training.loading import deal


def plan(pairs: int) -> list[Pair]:
    return [Pair(n, n, True) for n in range(pairs)]


@pytest.mark.parametrize("world", [1, 2, 3, 4])
@pytest.mark.parametrize("pairs", [8, 47, 48, 49, 100, 1000])
def test_every_pair_goes_to_one_process_once(pairs: int, world: int) -> None:
    whole = plan(pairs)
    hands = [deal(whole, 12, world, rank) for rank in range(world)]
    dealt = [pair for hand in hands for batch in hand for pair in batch]
    assert len(dealt) == len(set(dealt))
    assert set(dealt) <= set(whole)
    assert len(whole) - len(dealt) < world
    assert len({tuple(len(batch) for batch in hand) for hand in hands}) == 1


@pytest.mark.parametrize("pairs", [3, 5, 31, 33, 95, 97, 1000])
def test_batches_are_even_and_no_larger_than_asked_for(pairs: int) -> None:
    sizes = [len(batch) for batch in deal(plan(pairs), 32)]
    assert sum(sizes) == pairs
    assert max(sizes) - min(sizes) <= 1
    assert 2 <= max(sizes) <= 32


def test_an_odd_pair_joins_another_batch_because_alone_it_has_no_negatives() -> None:
    assert [len(batch) for batch in deal(plan(3), 2)] == [3]


def test_together_the_processes_have_the_batches_of_one() -> None:
    alone = deal(plan(96), 16)
    shared = [deal(plan(96), 16, 4, rank) for rank in range(4)]
    for number, batch in enumerate(alone):
        rows = zip(*(hand[number] for hand in shared), strict=True)
        assert [pair for row in rows for pair in row] == batch


def test_a_batch_that_cannot_be_shared_says_what_to_choose() -> None:
    with pytest.raises(ModelError, match="multiple of 3, such as 33"):
        deal(plan(100), 32, 3)
