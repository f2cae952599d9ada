"""The training loop: set up, fit, validate, save; one readable loop on Lightning Fabric."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch  # noqa: TID253 - the loop is torch through and through
from torch.utils.data import DataLoader, Subset  # noqa: TID253

from engine.errors import ModelError
from engine.files import atomic_path, write_text
from engine.jobs import Job
from engine.models import create, load, save
from training.config import Experiment, read_experiment
from training.data.pairs import PairDataset
from training.data.shards import Shards
from training.embed import embed_pictures
from training.tasks import TASKS, Task

if TYPE_CHECKING:
    from engine.models.encoders import AudioVisualEncoder

log = logging.getLogger(__name__)
Report = Callable[[dict[str, Any]], None]

CHECKPOINT = "last.ckpt"
MODEL = "model"
LOG_EVERY = 20
BACKGROUND_PICTURES = 256


@dataclass(slots=True, kw_only=True)
class State:
    """Where training stands; all of it is in the checkpoint."""

    epoch: int = 0
    step_in_epoch: int = 0
    step: int = 0
    best: float = float("-inf")
    best_epoch: int = -1
    stale: int = 0
    """Epochs since the best one."""


def train(
    experiment: Path | str | Experiment,
    overrides: Sequence[str] = (),
    out: Path | str | None = None,
    report: Report | None = None,
    job: Job | None = None,
) -> Path:
    """Train an experiment and return the folder of its best model; a run that was cut short continues.

    Args:
        experiment: a TOML file, or the experiment itself.
        overrides: ``key=value`` with dotted keys.
        out: the run's folder; ``runs/NAME`` when None. Holds ``model/``, ``last.ckpt``, ``log.jsonl`` and TensorBoard's
            events.
        report: called with each line of progress, a plain JSON object with ``event``.
        job: progress and cancel; a cancelled run can be continued.

    Raises:
        ModelError: the experiment, its data or its starting weights cannot be used.
    """
    if not isinstance(experiment, Experiment):
        experiment = read_experiment(experiment, overrides)
    run = Path(out) if out else Path("runs") / experiment.name
    return Fit(experiment, run, report or _quiet, job or Job()).run()


class Fit:
    """One run of one experiment."""

    def __init__(self, experiment: Experiment, run: Path, report: Report, job: Job) -> None:
        from lightning.fabric import Fabric

        self.experiment, self.folder, self.job = experiment, run, job
        self.fabric = Fabric(accelerator="auto", devices=experiment.fit.devices, precision=experiment.fit.precision)  # type: ignore[arg-type]
        self.fabric.launch()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.tensorboard = _tensorboard(run) if self.fabric.is_global_zero else None
        self._report = report
        torch.manual_seed(experiment.seed)
        self.shards = Shards(list(experiment.data.shards))
        self.task = self._make_task()
        self.optimiser = make_optimiser(self.task, experiment)
        self.wrapped, self.optimiser = self.fabric.setup(self.task, self.optimiser)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimiser, mode="max", patience=experiment.optimiser.plateau_patience
        )
        self.state = State()
        self.steps_per_epoch = 1

    def run(self) -> Path:
        """Set up, fit, validate, save."""
        self._resume()
        config = self.experiment.fit
        self.job.begin(config.epochs, f"Training {self.experiment.name}")
        self.job.step(self.state.epoch)
        self.report("start", experiment=self.experiment.as_dict(), samples=len(self.shards), **asdict(self.state))
        while self.state.epoch < config.epochs and self.state.stale < config.patience:
            self._train_epoch()
            numbers = self._validate()
            if numbers["value"] > self.state.best:
                self.state.best, self.state.best_epoch, self.state.stale = numbers["value"], self.state.epoch, 0
                self._save_model(numbers)
            else:
                self.state.stale += 1
            if self.experiment.optimiser.schedule == "plateau":
                self.plateau.step(numbers["value"])
            self.state.epoch, self.state.step_in_epoch = self.state.epoch + 1, 0
            self._checkpoint()
            self.job.step()
        self.report("done", best=self.state.best, best_epoch=self.state.best_epoch, model=str(self.folder / MODEL))
        if self.tensorboard:
            self.tensorboard.close()
        return self.folder / MODEL

    def _make_task(self) -> Task:
        experiment = self.experiment
        encoder = create(experiment.encoder, **experiment.encoder_settings)
        if experiment.start_from:
            encoder.load_state_dict(load(experiment.start_from, "cpu").encoder.state_dict())
        return TASKS[experiment.task](encoder, experiment, self.shards)

    def _train_epoch(self) -> None:
        self.task.train()
        begun, seen, waited = time.monotonic(), 0, 0.0
        batches = self._batches()
        while True:
            asked = time.monotonic()
            batch = next(batches, None)
            waited += time.monotonic() - asked
            if batch is None:
                break
            self._set_rate()
            torch.manual_seed(self.experiment.seed * 1_000_003 + self.state.step)
            loss = self.wrapped(batch)
            self.fabric.backward(loss)
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
            self.state.step, self.state.step_in_epoch = self.state.step + 1, self.state.step_in_epoch + 1
            seen += len(batch["paired"]) * self.fabric.world_size
            if self.state.step == 1 or self.state.step % LOG_EVERY == 0:
                elapsed = time.monotonic() - begun
                numbers = {"loss": float(loss.detach()), "pairs_per_s": seen / elapsed, "loader_wait": waited / elapsed}
                self._log("step", numbers, lr=self.optimiser.param_groups[0]["lr"])
            if self.state.step % self.experiment.fit.checkpoint_steps == 0:
                self._checkpoint()
            self.job.check()

    def _batches(self) -> Iterator[dict[str, torch.Tensor]]:
        """This epoch's batches of this process, from where the run stands."""
        experiment = self.experiment
        plan = self.task.plan(self.shards, "train", self.state.epoch)
        size = experiment.fit.batch_size
        if len(plan) < 2 * self.fabric.world_size:
            hint = "Prepare more videos; a split is chosen by each video's name."
            raise ModelError(f"The training split holds {len(plan)} pairs, too few to train on.", hint)
        world, rank = self.fabric.world_size, self.fabric.global_rank
        mine = list(range(rank, len(plan) - len(plan) % world, world))
        whole = len(mine) > size  # a last, smaller batch is left out unless it is the only one
        self.steps_per_epoch = len(mine) // size if whole else 1
        rest = mine[self.state.step_in_epoch * size :]
        dataset = Subset(PairDataset(self.shards, plan, self.task.classes), rest)
        workers = experiment.data.workers
        loader = DataLoader(dataset, batch_size=size, num_workers=workers, drop_last=whole)
        return iter(self.fabric.setup_dataloaders(loader, use_distributed_sampler=False))  # type: ignore[arg-type]

    def _set_rate(self) -> None:
        """The learning rate of the coming step; a plateau's falls are left alone once the warm-up is over."""
        config, state = self.experiment.optimiser, self.state
        warm = min(1.0, (state.step + 1) / config.warmup_steps) if config.warmup_steps else 1.0
        if config.schedule == "cosine":
            share = (state.epoch + state.step_in_epoch / self.steps_per_epoch) / self.experiment.fit.epochs
            rate = config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
        elif warm < 1.0:
            rate = config.lr
        else:
            return
        for group in self.optimiser.param_groups:
            group["lr"] = rate * warm

    def _validate(self) -> dict[str, float]:
        numbers = self.task.validate(self.shards)
        self._log("validation", numbers)
        return numbers

    def _log(self, event: str, numbers: dict[str, float], **more: float) -> None:
        self.report(event, epoch=self.state.epoch, step=self.state.step, **numbers, **more)
        if self.tensorboard:
            for key, value in {**numbers, **more}.items():
                self.tensorboard.add_scalar(f"{event}/{key}", value, self.state.step)

    def report(self, event: str, **facts: Any) -> None:
        """One JSON line of progress: to the caller and to ``log.jsonl``."""
        if not self.fabric.is_global_zero:
            return
        line = {"event": event, **facts}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self._report(line)

    def _save_model(self, numbers: dict[str, float]) -> None:
        if not self.fabric.is_global_zero:
            return
        experiment = self.experiment
        with self.task.at_rest() as encoder:
            background = background_embeddings(encoder, experiment, self.shards)
        save(
            self.folder / MODEL,
            self.task.encoder,
            model_id=experiment.name,
            title=experiment.title or experiment.name,
            licence=experiment.licence,
            metrics={"validation": numbers, "epoch": self.state.epoch, "step": self.state.step},
            training=experiment.as_dict(),
            background=background,
            half=True,
        )

    def _checkpoint(self) -> None:
        if not self.fabric.is_global_zero:
            return
        content = {
            "task": self.task.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "plateau": self.plateau.state_dict(),
            "state": asdict(self.state),
            "experiment": json.dumps(self.experiment.as_dict(), sort_keys=True),
        }
        with atomic_path(self.folder / CHECKPOINT) as temporary:
            torch.save(content, temporary)
        write_text(self.folder / "experiment.json", json.dumps(self.experiment.as_dict(), indent=2) + "\n")

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        content = torch.load(path, map_location=self.fabric.device, weights_only=True)
        if content["experiment"] != json.dumps(self.experiment.as_dict(), sort_keys=True):
            hint = "Choose another --out, or remove that run's last.ckpt to begin again."
            raise ModelError(f"{self.folder} holds a run of another experiment or other settings.", hint, path=path)
        self.task.load_state_dict(content["task"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.plateau.load_state_dict(content["plateau"])
        self.state = State(**content["state"])
        self.report("resumed", **asdict(self.state))


def background_embeddings(encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> np.ndarray:
    """Embeddings ``(n, 128)`` of frames unrelated to any sound, or of training frames where none are named."""
    source = Shards(list(experiment.data.background)) if experiment.data.background else shards
    frames = source.where(None if experiment.data.background else "train", frame=True)
    chosen = frames[:: max(1, len(frames) // BACKGROUND_PICTURES)][:BACKGROUND_PICTURES]
    return embed_pictures(encoder, source, chosen)


def make_optimiser(task: Task, experiment: Experiment) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum (Paper A, section 5) or AdamW; raises ModelError on another name."""
    config = experiment.optimiser
    if config.name == "sgd":
        return torch.optim.SGD(
            task.parameters(), config.lr, momentum=config.momentum, weight_decay=config.weight_decay, nesterov=True
        )
    if config.name == "adamw":
        return torch.optim.AdamW(task.parameters(), config.lr, weight_decay=config.weight_decay)
    raise ModelError(f"There is no optimiser {config.name!r}.", "Choose sgd or adamw.")


def _tensorboard(folder: Path) -> Any:
    """A writer for TensorBoard, or None on a machine without it: the JSON lines hold the same numbers."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ModuleNotFoundError as error:
        log.info("no TensorBoard here: %s", error)
        return None
    return SummaryWriter(str(folder / "tensorboard"))


def _quiet(_: dict[str, Any]) -> None:
    pass
