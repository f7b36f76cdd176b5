"""Writes crates/torch/tests/golden/flops.json: counts of torch.utils.flop_counter.FlopCounterMode.

Attention on the CPU has no formula there; it gets the one that the other attention kernels have.
Run from the workspace root: python tools/golden/torch_flops.py
"""

import json

import torch
import torch.nn.functional as F
from torch.utils import flop_counter
from torch.utils.flop_counter import FlopCounterMode

aten = torch.ops.aten
CPU_ATTENTION = {
    aten._scaled_dot_product_flash_attention_for_cpu: flop_counter.sdpa_flop.__wrapped__,
    aten._scaled_dot_product_flash_attention_for_cpu_backward: flop_counter.sdpa_backward_flop.__wrapped__,
}


def ones(*size):
    return torch.ones(size, requires_grad=True)


CASES = {
    "linear": lambda: F.linear(ones(6, 5, 4), ones(3, 4), ones(3)),
    "matmul": lambda: ones(2, 3, 4) @ ones(2, 4, 5),
    "baddbmm": lambda: torch.baddbmm(ones(2, 3, 5), ones(2, 3, 4), ones(2, 4, 5)),
    "conv1d": lambda: F.conv1d(ones(2, 3, 11), ones(4, 3, 3), ones(4), stride=2, padding=1),
    "conv2d": lambda: F.conv2d(ones(2, 3, 9, 8), ones(4, 3, 3, 2), ones(4), stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
    "conv2d_grouped": lambda: F.conv2d(ones(2, 4, 6, 6), ones(8, 2, 3, 3), groups=2),
    "conv3d": lambda: F.conv3d(ones(1, 2, 5, 6, 7), ones(3, 2, 2, 3, 3), padding=1),
    "conv_transpose2d": lambda: F.conv_transpose2d(ones(2, 3, 5, 5), ones(3, 4, 3, 3), stride=2, padding=1),
    "attention": lambda: F.scaled_dot_product_attention(ones(2, 3, 5, 8), ones(2, 3, 7, 8), ones(2, 3, 7, 8)),
}


def count(run):
    with FlopCounterMode(display=False, custom_mapping=CPU_ATTENTION) as forward:
        out = run()
    with FlopCounterMode(display=False, custom_mapping=CPU_ATTENTION) as backward:
        out.sum().backward()
    return {"forward": forward.get_total_flops(), "backward": backward.get_total_flops()}


golden = {
    "made_by": "tools/golden/torch_flops.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: counts depend on shapes only",
    "tolerance": 0,
    "cases": {name: count(run) for name, run in CASES.items()},
}
with open("crates/torch/tests/golden/flops.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
