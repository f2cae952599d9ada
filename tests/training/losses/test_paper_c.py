"""Paper C's stereo sound ranking loss against equations 1 to 4 written slowly by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from training.losses import stereo_sound_ranking_loss

MARGINS: dict[str, float | None] = {"margin_flip": 0.2, "margin_mismatch": 0.5, "radius": 0.7}


@pytest.fixture
def features() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    drawn = [torch.randn(6, 5, generator=generator, dtype=torch.float64) for _ in range(4)]
    return [torch.nn.functional.normalize(d, dim=1) for d in drawn]


def by_hand(f_i: Any, f_m: Any, f_f: Any, f_mm: Any, margins: dict[str, float | None]) -> float:
    def distance(a: list[float], b: list[float]) -> float:
        return sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5

    total = 0.0
    for i in range(len(f_i)):
        d_m, d_f, d_mm = (distance(f_i[i].tolist(), f[i].tolist()) for f in (f_m, f_f, f_mm))
        a_mf, a_fmm, a_sc = margins["margin_flip"], margins["margin_mismatch"], margins["radius"]
        total += max(0.0, d_m + a_mf - d_f) if a_mf is not None else 0.0
        total += max(0.0, d_f + a_fmm - d_mm) if a_fmm is not None else 0.0
        total += max(0.0, d_f - a_sc) if a_sc is not None else 0.0
    return total / len(f_i)


@pytest.mark.parametrize(
    "without", [(), ("margin_flip",), ("margin_mismatch",), ("radius",), ("margin_flip", "radius")]
)
def test_each_term_is_the_papers(features: list[torch.Tensor], without: tuple[str, ...]) -> None:
    margins = {**MARGINS, **dict.fromkeys(without)}
    loss = stereo_sound_ranking_loss(*features, **margins)
    assert float(loss) == pytest.approx(by_hand(*features, margins), abs=1e-6)
    assert float(loss) > 0


def test_the_right_order_within_the_radius_costs_nothing() -> None:
    picture = torch.tensor([[0.0, 0.0]])
    matched, flipped, other = (torch.tensor([[x, 0.0]]) for x in (0.1, 0.4, 1.0))
    assert float(stereo_sound_ranking_loss(picture, matched, flipped, other, **MARGINS)) == 0.0
    assert float(stereo_sound_ranking_loss(picture, flipped, matched, other, **MARGINS)) == pytest.approx(0.5, abs=1e-6)


def test_without_any_term_it_is_refused(features: list[torch.Tensor]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        stereo_sound_ranking_loss(*features, margin_flip=None, margin_mismatch=None, radius=None)


def test_gradients_are_finite_where_all_is_one_point() -> None:
    points = [torch.zeros(3, 4, requires_grad=True) for _ in range(4)]
    stereo_sound_ranking_loss(*points, **MARGINS).backward()
    for point in points:
        assert point.grad is not None
        assert torch.isfinite(point.grad).all()
