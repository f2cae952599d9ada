"""What can be trained, by name: each task draws its pairs, computes its loss and says how good a model is."""

from training.tasks.actions import ActionsTask
from training.tasks.base import TASKS, Task
from training.tasks.bridge import BridgeTask
from training.tasks.cca import CCATask
from training.tasks.contrastive import ContrastiveTask
from training.tasks.correspondence import CorrespondenceTask
from training.tasks.distance_sigmoid import DistanceSigmoidTask
from training.tasks.offsets import OffsetsTask
from training.tasks.stereo import (
    FlipClassificationTask,
    FlipMismatchTask,
    MismatchClassificationTask,
    StereoRankingTask,
)
from training.tasks.synchronisation import SynchronisationTask

__all__ = [
    "TASKS",
    "ActionsTask",
    "BridgeTask",
    "CCATask",
    "ContrastiveTask",
    "CorrespondenceTask",
    "DistanceSigmoidTask",
    "FlipClassificationTask",
    "FlipMismatchTask",
    "MismatchClassificationTask",
    "OffsetsTask",
    "StereoRankingTask",
    "SynchronisationTask",
    "Task",
]
