"""The training loop: set up, fit, validate, save; one readable loop on Lightning Fabric."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - the loop is torch through and through

from engine.errors import ModelError
from engine.jobs import Job
from training.checkpointing import State, locked, read_checkpoint, write_checkpoint
from training.config import Experiment, read_experiment
from training.loading import Feed
from training.optimisers import make_optimiser, rate_at
from training.processes import Seat, is_main, started
from training.run import MODEL, Report, Run

LOG_EVERY = 20


class DivergedError(ModelError):
    """The loss is no longer a number: the learning rate is too high for this experiment."""


def train(
    experiment: Path | str | Experiment,
    overrides: Sequence[str] = (),
    out: Path | str | None = None,
    report: Report | None = None,
    job: Job | None = None,
    *,
    quick: bool = False,
) -> Path:
    """Train an experiment and return the folder of its best model; a run that was cut short continues.

    A run may be continued with more epochs, steps or patience, other devices and other loader processes; not with
    other settings.

    Args:
        experiment: a TOML file, or the experiment itself.
        overrides: ``key=value`` with dotted keys.
        out: the run's folder; ``runs/NAME`` when None. Holds ``model/``, ``last.ckpt``, ``log.jsonl`` and TensorBoard's
            events.
        report: called with each line of progress, a plain JSON object with ``event``.
        job: progress and cancel; a cancelled run can be continued.
        quick: take the file's quick variant.

    Raises:
        ModelError: the experiment, its data or its starting weights cannot be used, another process trains in ``out``,
            or the loss stopped being a number (:class:`DivergedError`).
    """
    if not isinstance(experiment, Experiment):
        experiment = read_experiment(experiment, overrides, quick)
    folder, job = Path(out) if out else Path("runs") / experiment.name, job or Job()
    if not is_main():
        return _run(experiment, folder, None, job=job)
    work = partial(_run, experiment, folder)
    with locked(folder), started(work, experiment.fit.devices, job) as seat:
        return _run(experiment, folder, seat, report, job)


def _run(
    experiment: Experiment, folder: Path, seat: Seat | None, report: Report | None = None, job: Job | None = None
) -> Path:
    """One process's share of a run."""
    fit = Fit(experiment, folder, report or _quiet, job or Job(), seat)
    try:
        return fit.run()
    finally:
        fit.close()


class Fit(Run):
    """Epochs of steps, each validated, until the experiment's length or patience is reached."""

    def __init__(
        self, experiment: Experiment, folder: Path, report: Report, job: Job, seat: Seat | None = None
    ) -> None:
        super().__init__(experiment, folder, report, job, seat)
        self.feed = Feed(self.fabric, self.task, self.shards, experiment)
        if self.task.closed_form:
            self.task.to(self.fabric.device)
            return
        if self.fabric.world_size > 1 and self.fabric.device.type == "cuda":
            self.task = torch.nn.SyncBatchNorm.convert_sync_batchnorm(self.task)
        self.wrapped, self.optimiser = self.fabric.setup(self.task, make_optimiser(self.task, experiment))
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimiser, mode="max", patience=experiment.optimiser.plateau_patience
        )
        self.summed = torch.zeros((), device=self.fabric.device)

    def run(self) -> Path:
        """Set up, fit, validate, save."""
        self._resume()
        self.report("start", experiment=self.experiment.as_dict(), samples=len(self.shards), **asdict(self.state))
        if self.task.closed_form:
            self._solve()
        else:
            self._fit()
        self.report("done", best=self.state.best, best_epoch=self.state.best_epoch, model=str(self.folder / MODEL))
        return self.folder / MODEL

    def close(self) -> None:
        """End the loader processes too."""
        self.feed.close()
        super().close()

    def _fit(self) -> None:
        config, state = self.experiment.fit, self.state
        self._begin()
        while state.epoch < config.epochs and state.stale < config.patience and not self._enough():
            self.train_epoch()
            numbers = self._judge()
            if self.experiment.optimiser.schedule == "plateau":
                self.plateau.step(numbers["value"])
            if state.step_in_epoch >= self.feed.steps(state.epoch):  # not where ``fit.steps`` cut it short
                state.epoch, state.step_in_epoch = state.epoch + 1, 0
            self._checkpoint()
            self.job.check()

    def _begin(self) -> None:
        """Tell the job how long this takes at most, in epochs, and where the run stands."""
        config, state = self.experiment.fit, self.state
        steps = self.feed.steps(state.epoch)
        self.job.begin(
            min(config.epochs, config.steps / steps if config.steps else math.inf), f"Training {self.experiment.name}"
        )
        self.job.step(state.epoch + state.step_in_epoch / steps)

    def _solve(self) -> None:
        """A closed-form task has one epoch and no steps."""
        if self.state.epoch > 0:
            return
        if self.main:
            self.task.solve(self.shards)
        self._judge()
        self.state.epoch = 1
        self._checkpoint()

    def train_epoch(self) -> None:
        """The rest of the epoch in which the run stands."""
        self.task.train()
        state, begun, waited = self.state, time.monotonic(), 0.0
        batches, steps, seen = self.feed.epoch(state.epoch, state.step_in_epoch), self.feed.steps(state.epoch), 0
        while not self._enough():
            asked = time.monotonic()
            batch = next(batches, None)
            waited += time.monotonic() - asked
            if batch is None:
                break
            loss = self._step(batch, state.epoch + state.step_in_epoch / steps)
            state.step, state.step_in_epoch = state.step + 1, state.step_in_epoch + 1
            seen += len(next(iter(batch.values()))) * self.fabric.world_size
            if state.step == 1 or state.step % LOG_EVERY == 0:
                elapsed = time.monotonic() - begun
                numbers = {"loss": self._mean(loss), "pairs_per_s": seen / elapsed, "loader_wait": waited / elapsed}
                self.log("step", numbers, lr=self.optimiser.param_groups[0]["lr"])
                self._stay_finite()
            if state.step % self.experiment.fit.checkpoint_steps == 0:
                self._stay_finite()
                self._checkpoint()
            self._count(1 / steps)
        self._stay_finite()

    def _step(self, batch: dict[str, torch.Tensor], epochs: float) -> torch.Tensor:
        """One step on one batch; the same however often it is taken again."""
        rate = rate_at(self.experiment, self.state.step, epochs)
        if rate is not None:
            for group in self.optimiser.param_groups:
                group["lr"] = rate
        torch.manual_seed((self.experiment.seed * 1_000_003 + self.state.step) + (self.fabric.global_rank << 32))
        loss: torch.Tensor = self.wrapped(batch)
        self.fabric.backward(loss)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.summed += loss.detach()
        return loss.detach()

    def _enough(self) -> bool:
        return 0 < self.experiment.fit.steps <= self.state.step

    def _judge(self) -> dict[str, float]:
        """Validate, and keep the model when it is the best so far."""
        numbers, state = self.validate(), self.state
        if numbers["value"] > state.best:
            state.best, state.best_epoch, state.stale = numbers["value"], state.epoch, 0
            self.save_model(numbers)
        else:
            state.stale += 1
        return numbers

    def _mean(self, value: torch.Tensor) -> float:
        """Of all processes: they agree about what they see in it."""
        shared: Any = self.fabric.all_reduce(value.clone())
        return float(shared)

    def _stay_finite(self) -> None:
        """Raise when a loss since the last time was not a number; a sum keeps that without waiting for the device."""
        if not math.isfinite(self._mean(self.summed)):
            hint = "Choose a lower optimiser.lr, or a warm-up (optimiser.warmup_steps)."
            message = f"Training {self.experiment.name} diverged: the loss is not a number at step {self.state.step}."
            raise DivergedError(message, hint)
        self.summed.zero_()

    def _count(self, share: float) -> None:
        """Tell the job of a step, a share of an epoch; on a wish to stop, the steps done so far are kept."""
        if self.job.cancelled and math.isfinite(float(self.summed)):
            self._checkpoint()
        self.job.step(share)

    def _checkpoint(self) -> None:
        if not self.main:
            return
        content = {"task": self.task.state_dict(), "state": asdict(self.state)}
        if not self.task.closed_form:
            content |= {"optimiser": self.optimiser.state_dict(), "plateau": self.plateau.state_dict()}
        write_checkpoint(self.folder, self.experiment, content)

    def _resume(self) -> None:
        content = read_checkpoint(self.folder, self.experiment, self.fabric.device)
        if content is None:
            return
        self.task.load_state_dict(content["task"])
        if not self.task.closed_form:
            self.optimiser.load_state_dict(content["optimiser"])
            self.plateau.load_state_dict(content["plateau"])
        self.state = State(**content["state"])
        self.report("resumed", **asdict(self.state))


def _quiet(_: dict[str, Any]) -> None:
    pass
