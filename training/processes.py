"""The processes of one run: started here, one a device, or by torchrun or SLURM; joined by Lightning Fabric.

On processors the batch norms of each process see their own part of a batch; on GPUs they are synchronised.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias

from lightning.fabric import Fabric  # noqa: TID253 - joining processes is Lightning's work through and through
from lightning.fabric.plugins.environments import ClusterEnvironment  # noqa: TID253
from lightning.fabric.strategies import DDPStrategy  # noqa: TID253
from lightning.fabric.utilities.exceptions import MisconfigurationException  # noqa: TID253
from torch import distributed  # noqa: TID253

from engine.errors import Cancelled, EngineError, ModelError
from engine.jobs import Job
from training.children import behave

PATIENCE = timedelta(minutes=30)
"""How long processes wait for each other, such as for the one that validates."""
ADDRESS = "127.0.0.1"
_INTERACTIVE = ("bash", "interactive")  # SLURM jobs whose commands are not started by srun


@dataclass(frozen=True, slots=True)
class Seat:
    """A process's place among those that were started here."""

    rank: int
    world: int
    port: int


Work: TypeAlias = Callable[[Seat], object]


def make_fabric(devices: int, precision: str, seat: Seat | None) -> Fabric:
    """Fabric, launched: this process has its device and its place among the others.

    Raises:
        ModelError: there are fewer devices than asked for, or no such precision.
    """
    for name in ("lightning.fabric", "lightning.pytorch"):  # they greet on stderr, each process twice
        logging.getLogger(name).setLevel(logging.WARNING)
    local, nodes, _ = (seat.world, 1, seat.rank) if seat else started_outside() or (devices, 1, 0)
    strategy: Any = DDPStrategy(timeout=PATIENCE) if local * nodes > 1 else "auto"
    plugins: Any = [_Here(seat)] if seat else None
    try:
        fabric = Fabric(
            accelerator="auto",
            devices=local,
            num_nodes=nodes,
            strategy=strategy,
            precision=precision,  # type: ignore[arg-type]
            plugins=plugins,
        )
    except (MisconfigurationException, ValueError) as error:
        hint = "Choose fit.devices and fit.precision that this machine has."
        raise ModelError(
            "Training cannot start with these devices or this precision.", hint, detail=str(error)
        ) from error
    fabric.launch()
    return fabric


def started_outside() -> tuple[int, int, int] | None:
    """Processes on this machine, machines, and this process's rank, when torchrun or SLURM's srun started several."""
    env = os.environ
    if "TORCHELASTIC_RUN_ID" in env:
        world, local, rank = int(env["WORLD_SIZE"]), int(env["LOCAL_WORLD_SIZE"]), int(env["RANK"])
    elif "SLURM_NTASKS" in env and env.get("SLURM_JOB_NAME") not in _INTERACTIVE:
        world, nodes = int(env["SLURM_NTASKS"]), int(env.get("SLURM_NNODES", 1))
        local, rank = world // nodes, int(env.get("SLURM_PROCID", 0))
    else:
        return None
    return (local, world // local, rank) if world > 1 else None


def is_main() -> bool:
    """Whether this process speaks and writes for the run."""
    place = started_outside()
    return place is None or place[2] == 0


@contextmanager
def started(work: Work, devices: int, job: Job) -> Iterator[Seat | None]:
    """This process's seat, with ``devices - 1`` others at ``work``; None where it trains alone or was started outside.

    The others end with the block, whatever ends it.

    Args:
        work: what the others do with their seats; it can be pickled.
        devices: processes in all.
        job: a wish to stop is heard while the others start.
    """
    if devices <= 1 or started_outside():
        yield None
        return
    first = Seat(0, devices, _free_port())
    others = [_start(work, replace(first, rank=rank)) for rank in range(1, devices)]
    try:
        _await_ready(others, job)
        yield first
        for process, _ in others:
            process.join(60)
    except RuntimeError as error:
        if message := _last_words(others):
            raise ModelError("Another process of this run stopped.", message, detail=str(error)) from error
        raise
    finally:
        _end([process for process, _ in others])


def _start(work: Work, seat: Seat) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_sit, args=(work, seat, theirs), name=f"training-{seat.rank}")
    process.start()
    theirs.close()
    return process, ours


def _sit(work: Work, seat: Seat, line: Connection) -> None:
    """The life of another process: work until done, or until the first one is gone."""
    behave()
    line.send("ready")
    try:
        work(seat)
    except Cancelled:
        return
    except EngineError as error:
        line.send(str(error))
        raise SystemExit(1) from error


def _await_ready(others: list[tuple[BaseProcess, Connection]], job: Job) -> None:
    """Wait until the others have started: from then on the processes wait for each other."""
    for process, line in others:
        while not line.poll(0.1):
            job.check()
            if not process.is_alive():
                raise ModelError("Another process of this run did not start.", "Run it again with fit.devices=1.")
        line.recv()


def _last_words(others: list[tuple[BaseProcess, Connection]]) -> str:
    """What ended another process, or an empty text when all are at work or were done."""
    for process, line in others:
        wait([line, process.sentinel], timeout=5)
        said = _heard(line)
        process.join(5 if said else 0)
        if said or process.exitcode:
            return said or f"It ended with code {process.exitcode}; look for its trace above, or use fit.devices=1."
    return ""


def _heard(line: Connection) -> str:
    try:
        return str(line.recv()) if line.poll() else ""
    except EOFError:
        return ""


def _end(processes: list[BaseProcess]) -> None:
    if distributed.is_initialized():
        distributed.destroy_process_group()
    for variable in ("MASTER_ADDR", "MASTER_PORT"):  # Fabric left them
        os.environ.pop(variable, None)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _free_port() -> int:
    from lightning.fabric.plugins.environments.lightning import find_free_network_port

    return find_free_network_port()


class _Here(ClusterEnvironment):
    """Tells Fabric about processes that :func:`started` started, without touching the environment of this one."""

    creates_processes_externally = True
    main_address = ADDRESS

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self.seat = seat

    @property
    def main_port(self) -> int:
        return self.seat.port

    @staticmethod
    def detect() -> bool:
        return True

    def world_size(self) -> int:
        return self.seat.world

    def set_world_size(self, size: int) -> None:
        assert size == self.seat.world

    def global_rank(self) -> int:
        return self.seat.rank

    def set_global_rank(self, rank: int) -> None:
        assert rank == self.seat.rank

    def local_rank(self) -> int:
        return self.seat.rank

    def node_rank(self) -> int:
        return 0
