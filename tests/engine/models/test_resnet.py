"""Our ResNet-18 is torchvision's, whatever its width and input."""

from __future__ import annotations

from urllib.error import URLError

import pytest
import torch
from torchvision.models import ResNet18_Weights, resnet18

from engine import models
from engine.errors import ModelError


@torch.inference_mode()
def test_at_full_width_it_computes_what_torchvisions_does() -> None:
    torch.manual_seed(0)
    encoder = models.create("resnet18").eval()
    reference = resnet18(num_classes=128).eval()
    reference.load_state_dict(encoder.picture.state_dict())
    frames = torch.randn(2, 3, 224, 224)
    expected = torch.nn.functional.normalize(reference(frames), dim=1)
    assert torch.allclose(encoder.embed_image(frames), expected, atol=1e-5)


def test_imagenet_weights_start_the_picture_side_and_are_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    published = resnet18().state_dict()
    monkeypatch.setattr(ResNet18_Weights, "get_state_dict", lambda *_, **__: published)
    encoder = models.create("resnet18", imagenet=True)
    sound = encoder.sound.conv1.weight.clone()
    encoder.fetch_pretrained()
    assert torch.equal(encoder.picture.layer4[1].conv2.weight, published["layer4.1.conv2.weight"])
    assert encoder.picture.fc.out_features == 128
    assert torch.equal(encoder.sound.conv1.weight, sound)


@pytest.mark.parametrize(("name", "settings"), [("resnet18", {"imagenet": True}), ("cca", {"features": "imagenet"})])
def test_without_a_network_the_next_step_is_said(
    name: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    encoder = models.create(name, **settings)
    with pytest.raises(ModelError, match="cannot be downloaded") as raised:
        encoder.fetch_pretrained()
    assert "Go online" in raised.value.hint


def test_contradictions_say_what_to_choose() -> None:
    with pytest.raises(ModelError, match="width of 64 alone"):
        models.create("resnet18", width=16, imagenet=True)
    with pytest.raises(ModelError, match="width must be positive"):
        models.create("stereo_resnet18", width=0)
    with pytest.raises(ModelError, match="no features 'vggish'"):
        models.create("cca", features="vggish")
