"""Convolutions as Paper D has them and as the synchroniser takes them: with batch norm and ReLU."""

from __future__ import annotations

from torch import nn  # noqa: TID253 - networks are torch through and through; this module is imported lazily

_KINDS: dict[int, tuple[type[nn.Module], type[nn.Module]]] = {
    1: (nn.Conv1d, nn.BatchNorm1d),
    2: (nn.Conv2d, nn.BatchNorm2d),
    3: (nn.Conv3d, nn.BatchNorm3d),
}


def normed(
    inputs: int, outputs: int, size: tuple[int, ...], stride: int | tuple[int, ...] = 1
) -> tuple[nn.Module, nn.Module, nn.Module]:
    """A convolution without bias, padded by half its size, batch norm and ReLU.

    Args:
        inputs: channels in.
        outputs: channels out.
        size: of the kernel; as many numbers as dimensions, 1 to 3.
        stride: of all dimensions, or of each.
    """
    convolution, norm = _KINDS[len(size)]
    padding = tuple(edge // 2 for edge in size)
    made = convolution(inputs, outputs, size, stride, padding, bias=False)
    return made, norm(outputs), nn.ReLU(inplace=True)
