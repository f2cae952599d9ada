"""Two real processes see a batch whole: their losses and gradients are those of one process with all of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch

from engine.errors import ModelError
from engine.jobs import Job
from training.distributed import gather_with_gradient, world_size
from training.losses import info_nce_loss
from training.processes import Seat, is_main, make_fabric, started, started_outside


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.randn(8, 6), torch.randn(8, 6)


def model() -> torch.nn.Linear:
    torch.manual_seed(1)
    return torch.nn.Linear(6, 4)


def share(seat: Seat, folder: Path) -> None:
    """One process's part of a step; the mean gradient over processes and what it gathered go into a file."""
    make_fabric(2, "32-true", seat)
    network, (left, right) = model(), (side[seat.rank :: seat.world] for side in batch())
    loss = info_nce_loss(gather_with_gradient(network(left)), gather_with_gradient(network(right)))
    loss.backward()
    gradient = network.weight.grad
    assert gradient is not None
    torch.distributed.all_reduce(gradient)
    facts = {
        "loss": loss.detach(),
        "gradient": gradient / seat.world,
        "order": gather_with_gradient(left),
        "known": gather_with_gradient(left[:, 0] > 0),
        "world": world_size(),
    }
    torch.save(facts, folder / f"{seat.rank}.pt")
    torch.distributed.barrier()
    if seat.rank == 1:
        raise ModelError("The disk of process 1 is full.", "Make room.")
    torch.distributed.barrier()  # in vain: the other one is gone


def test_two_processes_take_the_step_of_one_and_tell_what_one_of_them_died_of(tmp_path: Path) -> None:
    work = partial(share, folder=tmp_path)
    with (
        pytest.raises(ModelError, match=r"Another process.*disk of process 1 is full"),
        started(work, 2, Job()) as seat,
    ):
        assert seat is not None
        work(seat)
    network, (left, right) = model(), batch()
    loss = info_nce_loss(network(left), network(right))
    loss.backward()
    for rank in range(2):
        facts = torch.load(tmp_path / f"{rank}.pt")
        torch.testing.assert_close(facts["loss"], loss.detach())
        torch.testing.assert_close(facts["gradient"], network.weight.grad)
        assert torch.equal(facts["order"], left)
        assert torch.equal(facts["known"], left[:, 0] > 0)
        assert facts["world"] == 2
    assert world_size() == 1  # nothing of it is left in this process


def test_one_process_gathers_nothing() -> None:
    part = torch.ones(3, requires_grad=True)
    assert gather_with_gradient(part) is part


def test_torchrun_and_slurm_are_recognised_by_what_they_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert started_outside() is None
    assert is_main()
    for name, value in {"TORCHELASTIC_RUN_ID": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2", "RANK": "3"}.items():
        monkeypatch.setenv(name, value)
    assert started_outside() == (2, 2, 3)
    assert not is_main()
    monkeypatch.delenv("TORCHELASTIC_RUN_ID")
    for name, value in {"SLURM_NTASKS": "6", "SLURM_NNODES": "3", "SLURM_PROCID": "0"}.items():
        monkeypatch.setenv(name, value)
    assert started_outside() == (2, 3, 0)
    assert is_main()
    monkeypatch.setenv("SLURM_JOB_NAME", "interactive")
    assert started_outside() is None
