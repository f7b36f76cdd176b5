"""Writes crates/image/tests/golden/resnet.json: torchvision's ResNet-18, -34 and -50 without `fc`, in
eval mode, then in train mode with gradients and running statistics.

Run from the workspace root: python tools/golden/image_resnet.py
"""

import json

import torch
import torchvision
from summary import fill, fill_state, summaries, summary
from torch import nn

TORCHVISION = {
    18: torchvision.models.resnet18,
    34: torchvision.models.resnet34,
    50: torchvision.models.resnet50,
}


def case(depth, channels, height, width, small_stem=False):
    torch.set_default_dtype(torch.float64)
    model = TORCHVISION[depth]()
    model.fc = nn.Identity()
    if small_stem:
        model.conv1 = nn.Conv2d(channels, 64, 3, 1, 1, bias=False)
        model.maxpool = nn.Identity()
    elif channels != 3:
        model.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    fill_state(model)
    pixels = (fill("pixels", (3, channels, height, width)) * 8).requires_grad_()
    evaluated = model.eval()(pixels)
    trained = model.train()(pixels)
    (trained * fill("cotangent", trained.shape)).sum().backward()
    buffers = [(n, b) for n, b in model.named_buffers() if b.is_floating_point()]
    return {
        "depth": depth, "channels": channels, "height": height, "width": width, "small_stem": small_stem,
        "eval": summary("eval", evaluated), "train": summary("train", trained),
        "pixels_gradient": summary("pixels", pixels.grad),
        "gradients": summaries((n, p.grad) for n, p in model.named_parameters()),
        "buffers": summaries(buffers),
    }


golden = {
    "made_by": "tools/golden/image_resnet.py",
    "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
    "seed": "none: parameters and inputs are formulas (tools/golden/summary.py)",
    "tolerance": {
        "double": {"values": 1e-9, "gradients": 1e-9},
        "float": {"values": 2e-4, "gradients": 5e-2},
    },
    "cases": [
        case(18, 3, 40, 33), case(18, 1, 33, 40), case(18, 13, 48, 33),
        case(18, 3, 16, 15, small_stem=True), case(34, 3, 40, 33), case(50, 3, 40, 33),
    ],
}
with open("crates/image/tests/golden/resnet.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
