"""Writes crates/image/tests/golden/conv_net.json: convolution, batch normalisation, ReLU and max-pooling
of PyTorch composed to a small network, in eval mode, then in train mode with gradients and running
statistics, with absent rows left out.

Run from the workspace root: python tools/golden/image_conv_net.py
"""

import json

import torch
from summary import fill, fill_state, summaries, summary
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, c_in, c_out, kernel_size, pools):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, kernel_size, padding=kernel_size // 2, bias=False)
        self.bn = nn.BatchNorm2d(c_out)
        self.pools = pools

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        return F.max_pool2d(x, [min(2, n) for n in x.shape[2:]]) if self.pools else x


class ConvNet(nn.Module):
    def __init__(self, channels, widths, kernel_size, n_pools):
        super().__init__()
        c_ins = [channels, *widths]
        self.blocks = nn.Sequential(
            *(Block(c_ins[i], w, kernel_size, i < n_pools) for i, w in enumerate(widths))
        )

    def forward(self, x, present):
        maps = self.blocks(x[present])
        pooled = maps.new_zeros(len(x), maps.shape[1])
        pooled[present] = maps.mean((2, 3))
        tokens = maps.new_zeros(len(x), maps.shape[2] * maps.shape[3], maps.shape[1])
        tokens[present] = maps.flatten(2).transpose(1, 2)
        return pooled, tokens


def case(channels, height, width, widths, kernel_size, n_pools, present):
    torch.set_default_dtype(torch.float64)
    model = ConvNet(channels, widths, kernel_size, n_pools)
    fill_state(model)
    shape = (len(present), channels, height, width)
    pixels = (fill("pixels", shape) * 8).requires_grad_()
    mask = torch.tensor(present)
    evaluated, _ = model.eval()(pixels, mask)
    trained, tokens = model.train()(pixels, mask)
    loss = (trained * fill("cotangent", trained.shape)).sum()
    loss = loss + (tokens * fill("token_cotangent", tokens.shape)).sum()
    loss.backward()
    buffers = [(n, b) for n, b in model.named_buffers() if b.is_floating_point()]
    return {
        "channels": channels, "height": height, "width": width, "widths": widths,
        "kernel_size": kernel_size, "n_pools": n_pools, "present": present,
        "eval": summary("eval", evaluated), "train": summary("train", trained),
        "tokens": summary("tokens", tokens), "pixels_gradient": summary("pixels", pixels.grad),
        "gradients": summaries((n, p.grad) for n, p in model.named_parameters()),
        "buffers": summaries(buffers),
    }


golden = {
    "made_by": "tools/golden/image_conv_net.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and inputs are formulas (tools/golden/summary.py)",
    "tolerance": {
        "double": {"values": 1e-9, "gradients": 1e-9},
        "float": {"values": 2e-4, "gradients": 5e-2},
    },
    "cases": [
        case(1, 16, 15, [16, 32, 64], 3, 2, [True] * 4),
        case(3, 16, 15, [16, 32, 64], 3, 2, [True, False, True, True, False]),
        case(13, 9, 20, [8, 12], 5, 2, [True] * 3),
        case(2, 3, 1, [4, 6, 8], 3, 3, [True] * 6),
        case(2, 5, 7, [6], 1, 0, [True, True, False]),
    ],
}
with open("crates/image/tests/golden/conv_net.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
