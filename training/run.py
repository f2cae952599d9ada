"""What every run has: its folder and lines of progress, its task on a device, its numbers and the model it leaves."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - runs are torch through and through

from engine.files import atomic_path
from engine.jobs import Job
from engine.models import create, read_network, save
from engine.models.tensors import write_safetensors
from training.checkpointing import State
from training.config import Experiment
from training.processes import Seat, make_fabric
from training.tasks import TASKS, Task

log = logging.getLogger(__name__)
Report = Callable[[dict[str, Any]], None]

MODEL = "model"
HEAD = "head.safetensors"
LEAST_STRIDED = 16


class Run:
    """One run of one experiment, or one process's share of it; the first process alone speaks and writes."""

    def __init__(
        self, experiment: Experiment, folder: Path, report: Report, job: Job, seat: Seat | None = None
    ) -> None:
        self.experiment, self.folder, self.job = experiment, folder, job
        self.fabric = make_fabric(experiment.fit.devices, experiment.fit.precision, seat)
        self.main = self.fabric.is_global_zero
        self._report = report
        folder.mkdir(parents=True, exist_ok=True)
        self.tensorboard = _tensorboard(folder) if self.main else None
        torch.manual_seed(experiment.seed)
        self.shards = TASKS[experiment.task].read(experiment.data.shards)
        self.task = make_task(experiment, self.shards)
        self.state = State()

    def close(self) -> None:
        """Write out what is still held."""
        if self.tensorboard:
            self.tensorboard.close()

    def validate(self) -> dict[str, float]:
        """The task's numbers, measured by the first process and known to all."""
        numbers = self.task.validate(self.shards) if self.main else {}
        numbers = self.fabric.broadcast(numbers)
        self.log("validation", numbers)
        return numbers

    def log(self, event: str, numbers: dict[str, float], **more: float) -> None:
        """Report numbers, and draw them for TensorBoard."""
        self.report(event, epoch=self.state.epoch, step=self.state.step, **numbers, **more)
        if self.tensorboard:
            for key, value in {**numbers, **more}.items():
                self.tensorboard.add_scalar(f"{event}/{key}", value, self.state.step)

    def report(self, event: str, **facts: Any) -> None:
        """One JSON line of progress: to the caller and to ``log.jsonl``."""
        if not self.main:
            return
        line = {"event": event, **facts}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self._report(line)

    def save_model(self, numbers: dict[str, float]) -> None:
        """Leave the encoder as it is as the run's model, with the numbers it was chosen by."""
        if not self.main:
            return
        experiment = self.experiment
        with self.task.at_rest():
            network = self.task.finished()
            background = self.task.background(network, self.shards)
        save(
            self.folder / MODEL,
            network,
            model_id=experiment.name,
            title=experiment.title or experiment.name,
            licence=experiment.licence,
            metrics={"validation": numbers, "epoch": self.state.epoch, "step": self.state.step},
            training=experiment.as_dict(),
            background=background,
            half=True,
        )
        self._save_head()

    def _save_head(self) -> None:
        """Leave what the task has beside the encoder, which searching needs no more but some measurements do."""
        own = {key: value for key, value in self.task.state_dict().items() if not key.startswith("encoder.")}
        with atomic_path(self.folder / HEAD) as temporary:
            write_safetensors(temporary, {key: value.cpu().numpy() for key, value in own.items()})


def load_head(folder: Path, task: Task) -> None:
    """Give ``task`` the weights beside the encoder that the best model of the run in ``folder`` had."""
    from safetensors.torch import load_file

    task.load_state_dict(load_file(folder / HEAD), strict=False)


def make_task(experiment: Experiment, shards: Any) -> Task:
    """The experiment's task around its encoder, with the weights it starts from."""
    encoder = create(experiment.encoder, **experiment.encoder_settings)
    if experiment.start_from:
        encoder.load_state_dict(read_network(experiment.start_from).state_dict())
    task = TASKS[experiment.task](encoder, experiment, shards)
    return _channels_last(task)


def _channels_last(task: Task) -> Task:
    """The task with channels beside each other in memory: measured, 10 to 30 % more pairs a second on a CPU.

    Not where a strided 1 x 1 convolution has fewer than 16 inputs: the backward pass of torch 2.11's CPU kernel for
    those writes where it must not, and the process aborts now or later. Clip networks stay as they are.
    """
    if task.kind != "second":
        return task
    layers = [layer for layer in task.modules() if isinstance(layer, torch.nn.Conv2d)]
    strided = [layer for layer in layers if layer.kernel_size == (1, 1) and layer.stride != (1, 1)]
    if any(layer.in_channels < LEAST_STRIDED for layer in strided):
        return task
    return task.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub leaves this out


def _tensorboard(folder: Path) -> Any:
    """A writer for TensorBoard, or None on a machine without it: the JSON lines hold the same numbers."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ModuleNotFoundError as error:
        log.info("no TensorBoard here: %s", error)
        return None
    return SummaryWriter(str(folder / "tensorboard"))
