"""Paper A's losses against their formulas written slowly by hand."""

from __future__ import annotations

import math

import pytest
import torch

from training.losses import info_nce_loss, margin_contrastive_loss, nt_xent_loss, shared_label_loss


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a @ b) / (a.norm() * b.norm()))


@pytest.fixture
def vectors() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(2, 5, 7, generator=generator, dtype=torch.float64)
    return drawn[0], drawn[1]


def by_hand(z_v: torch.Tensor, z_a: torch.Tensor, tau: float, own: bool) -> float:
    total = 0.0
    for i in range(len(z_v)):
        top = math.exp(cosine(z_v[i], z_a[i]) / tau)
        bottom = sum(math.exp(cosine(z_v[i], z_a[k]) / tau) for k in range(len(z_a)) if own or k != i)
        total -= math.log(top / bottom)
    return total / len(z_v)


def test_info_nce_counts_the_positive_in_the_denominator(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    assert float(info_nce_loss(*vectors)) == pytest.approx(by_hand(*vectors, 0.5, own=True), abs=1e-6)


def test_nt_xent_leaves_the_positive_out_of_the_denominator(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    assert float(nt_xent_loss(*vectors, 0.2)) == pytest.approx(by_hand(*vectors, 0.2, own=False), abs=1e-6)


def test_the_symmetric_loss_is_the_mean_of_both_directions(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    z_v, z_a = vectors
    both = (by_hand(z_v, z_a, 0.5, own=True) + by_hand(z_a, z_v, 0.5, own=True)) / 2
    assert float(info_nce_loss(z_v, z_a, symmetric=True)) == pytest.approx(both, abs=1e-6)


def test_margin_is_equation_1() -> None:
    e_v = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    e_a = torch.tensor([[0.0, 1.0], [0.95, 0.0], [0.0, 1.0]], dtype=torch.float64)
    y = torch.tensor([1, 0, 0])
    expected = (math.sqrt(2) + (0.1 - 0.05) + 0.0) / 3
    assert float(margin_contrastive_loss(e_v, e_a, y, margin=0.1)) == pytest.approx(expected, abs=1e-6)


def test_one_positive_a_row_is_symmetric_info_nce(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    shared = shared_label_loss(*vectors, torch.eye(5, dtype=torch.bool), 0.5)
    assert float(shared) == pytest.approx(float(info_nce_loss(*vectors, 0.5, symmetric=True)), abs=1e-6)


def test_rows_without_a_positive_do_not_count(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    nothing = torch.zeros(5, 5, dtype=torch.bool)
    assert float(shared_label_loss(*vectors, nothing, 0.5)) == 0.0


@pytest.mark.parametrize("loss", [info_nce_loss, nt_xent_loss])
def test_gradients_are_finite_even_where_a_pair_is_identical(loss: object) -> None:
    same = torch.eye(4).requires_grad_()
    loss(same, same.detach()).backward()  # type: ignore[operator]
    assert torch.isfinite(same.grad).all()
    twin = torch.eye(4).requires_grad_()
    margin_contrastive_loss(twin, torch.eye(4), torch.ones(4)).backward()
    assert torch.isfinite(twin.grad).all()


def test_arguments_have_the_papers_names(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    v, a = vectors
    y = torch.tensor([1, 0, 1, 0, 1])
    assert info_nce_loss(z_v=v, z_a=a, temperature=0.5) == info_nce_loss(v, a)
    assert nt_xent_loss(z_v=v, z_a=a, temperature=0.5) == nt_xent_loss(v, a)
    assert margin_contrastive_loss(e_v=v, e_a=a, y=y, margin=0.1) == margin_contrastive_loss(v, a, y)


def test_bad_settings_are_refused(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    with pytest.raises(ValueError, match="temperature"):
        info_nce_loss(*vectors, temperature=0)
    with pytest.raises(ValueError, match="two pairs"):
        nt_xent_loss(vectors[0][:1], vectors[1][:1])
