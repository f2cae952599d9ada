"""What can be trained, by name: each task draws its pairs, computes its loss and says how good a model is."""

from training.tasks.base import TASKS, Task
from training.tasks.bridge import BridgeTask
from training.tasks.contrastive import ContrastiveTask
from training.tasks.correspondence import CorrespondenceTask

__all__ = ["TASKS", "BridgeTask", "ContrastiveTask", "CorrespondenceTask", "Task"]
