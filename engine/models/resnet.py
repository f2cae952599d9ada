"""Two ResNet-18: Paper B's on a square picture and a mono log-mel, Paper C's on a wide picture and stereo log-mels."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253
from torchvision.models import ResNet18_Weights  # noqa: TID253
from torchvision.models.resnet import BasicBlock, conv1x1  # noqa: TID253

from engine.errors import ModelError
from engine.features import STEREO
from engine.models.pretrained import published_weights
from engine.models.registry import ENCODERS
from engine.models.two_stream import AudioVisualEncoder, Maps, TwoStreamConfig, energy_map

BLOCKS_A_STAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResNetConfig(TwoStreamConfig):
    """Shape of an encoder of two ResNet-18."""

    width: int = 64
    """Channels of the first stage; each of the three that follow doubles them. Less is our fast preset."""
    imagenet: bool = False
    """Training starts the picture side from torchvision's ImageNet weights; they are downloaded once."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        TwoStreamConfig.__post_init__(self)
        if self.width < 1:
            raise ModelError(f"width must be positive, got {self.width}.", "Leave it out for 64.")
        if self.imagenet and self.width != 64:
            raise ModelError("ImageNet weights exist for a width of 64 alone.", "Leave width or imagenet out.")


class ResNetStream(nn.Module):
    """torchvision's ResNet-18 with any number of input channels and any width; L2-normalised at the end.

    Modules are called as torchvision calls them, so that its weights fit. Paper B, which gives its embeddings any
    length, departs here: its distance meets a learned scale and bias anyway, and the index wants unit vectors.
    """

    def __init__(self, channels: int, config: ResNetConfig) -> None:
        super().__init__()
        width = config.width
        self.conv1 = nn.Conv2d(channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _stage(width, width, stride=1)
        self.layer2 = _stage(width, 2 * width, stride=2)
        self.layer3 = _stage(2 * width, 4 * width, stride=2)
        self.layer4 = _stage(4 * width, 8 * width, stride=2)
        self.fc = nn.Linear(8 * width, config.embedding)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """``(B, C, H, W)`` -> embeddings ``(B, 128)`` and the mean activation of the last stage as its one map."""
        x = functional.max_pool2d(functional.relu(self.bn1(self.conv1(x)), inplace=True), 3, stride=2, padding=1)
        last = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return functional.normalize(self.fc(last.mean(dim=(2, 3))), dim=1), [energy_map(last)]


def _stage(inputs: int, planes: int, stride: int) -> nn.Sequential:
    shortcut = None
    if stride != 1 or inputs != planes:
        shortcut = nn.Sequential(conv1x1(inputs, planes, stride), nn.BatchNorm2d(planes))
    rest = (BasicBlock(planes, planes) for _ in range(BLOCKS_A_STAGE - 1))
    return nn.Sequential(BasicBlock(inputs, planes, stride, shortcut), *rest)


@ENCODERS.register("resnet18", paper="Paper B, section II")
class ResNetEncoder(AudioVisualEncoder):
    """One ResNet-18 for pictures, one for log-mels on a single channel (the paper leaves its sound input open)."""

    name = "resnet18"
    config_type = ResNetConfig
    stream = staticmethod(ResNetStream)

    def fetch_pretrained(self) -> None:
        """Start the picture side from ImageNet when the config asks for it; ModelError when it cannot be downloaded."""
        if not self.config.imagenet:
            return
        weights = published_weights(ResNet18_Weights.IMAGENET1K_V1)
        own = self.picture.state_dict()
        kept = {key: value for key, value in weights.items() if not key.startswith("fc.")}
        self.picture.load_state_dict({**own, **kept})


@ENCODERS.register("stereo_resnet18", paper="Paper C, section 2.2")
class StereoResNetEncoder(ResNetEncoder):
    """Paper C's networks: a picture of 448x224 and log-mels of left and right."""

    name = "stereo_resnet18"
    front = STEREO
