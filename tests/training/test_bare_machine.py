"""Training runs where only torch, torchaudio, torchvision, numpy and Lightning are installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
# Lightning's torchmetrics imports librosa and its needs where they are installed, so these cannot be taken away here.
ABSENT = {"PySide6", "av", "cv2", "hnswlib", "pyqtgraph", "qtawesome", "safetensors", "sounddevice", "tensorboard",
          "tensorboardX", "typer"}

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
from training.config import Experiment, build
from training.fit import train
values = {"name": "bare", "encoder_settings": {"widths": [4, 4, 4, 4], "picture_pool": 4},
          "data": {"shards": [sys.argv[1]]}, "fit": {"epochs": 1}}
print(train(build(Experiment, values), out=sys.argv[2]))
"""


def test_a_run_needs_nothing_else(toy_shards: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(toy_shards), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "model" / "model.safetensors").stat().st_size > 1000
