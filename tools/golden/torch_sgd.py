"""Writes crates/torch/tests/golden/sgd.json: 20 steps of torch.optim.SGD, plain and fused.

One case per way of stepping. In `late` the third parameter gets its first gradient at the second step,
where the fused form of PyTorch 2.11 fails: the plain one is the reference.
Run from the workspace root: python tools/golden/torch_sgd.py
"""

import json

import torch
from optimizer_case import SHAPES, STEPS, flat, run

LR = 0.05
CASES = {
    "plain": {},
    "weight-decay": {"weight_decay": 0.1},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    "dampening": {"momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1},
    "late": {"momentum": 0.9, "dampening": 0.3},
}


def steps(options, idle, **how):
    def buffers(state):
        found = [s.get("momentum_buffer") for s in state]
        return {"buffers": [flat(buffer) for buffer in found if buffer is not None]}

    return run(lambda params: torch.optim.SGD(params, lr=LR, **options, **how), buffers, idle)


def fused(options, idle):
    try:
        return steps(options, idle, fused=True)
    except TypeError as error:
        print(f"fused, {options}: {error}")
        return None


cases = {}
for name, options in CASES.items():
    idle = 0 if name == "late" else 1
    full = {"momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False, **options}
    cases[name] = {**full, "idle": idle, "reference": steps(options, idle, foreach=False), "fused": fused(options, idle)}

golden = {
    "made_by": "tools/golden/torch_sgd.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and gradients are formulas",
    "tolerance": 1e-6,
    "shapes": SHAPES,
    "lr": LR,
    "n_steps": STEPS,
    "cases": cases,
}
with open("crates/torch/tests/golden/sgd.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
