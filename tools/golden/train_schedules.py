"""Writes crates/train/tests/golden/schedules.json: the learning rate of every step of 20 in PyTorch.

Each case has the training section that midfuse reads, and the rates of `SequentialLR(LinearLR, ...)`, or
of `OneCycleLR`, whose rise is the warm-up. Run from the workspace root: python tools/golden/train_schedules.py
"""

import json
import math

import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    SequentialLR,
)

N, LR = 20, 0.1


def rates(make):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    schedule = make(optimiser)
    seen = []
    for step in range(N):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step < N - 1:
            schedule.step()
    return seen


def case(name, warmup, after, **options):
    """`after(optimiser, w)` is PyTorch's scheduler of the steps after `w` warm-up steps."""
    w = math.ceil(warmup * N)

    def make(optimiser):
        if w == 0:
            return after(optimiser, w)
        rise = LinearLR(optimiser, 1 / w, total_iters=w - 1)
        return SequentialLR(optimiser, [rise, after(optimiser, w)], [w])

    training = {"lr": LR, "warmup": warmup, "schedule": {"name": name, **options}}
    return {"training": training, "learning_rates": rates(make)}


def step(warmup, milestones, gamma):
    def after(optimiser, w):
        return MultiStepLR(optimiser, [round(m * N) - w for m in milestones], gamma)

    return case("step", warmup, after, milestones=milestones, gamma=gamma)


def cosine(warmup, end):
    after = lambda optimiser, w: CosineAnnealingLR(optimiser, N - w, eta_min=LR * end)
    return case("cosine", warmup, after, end_factor=end)


def linear(warmup, end):
    after = lambda optimiser, w: LinearLR(optimiser, 1.0, end, total_iters=N - w)
    return case("linear", warmup, after, end_factor=end)


def constant(warmup):
    return case("constant", warmup, lambda optimiser, w: ConstantLR(optimiser, 1.0))


def one_cycle(warmup, **factors):
    make = lambda optimiser: OneCycleLR(
        optimiser, LR, total_steps=N, pct_start=math.ceil(warmup * N) / N, cycle_momentum=False, **factors
    )
    training = {"lr": LR, "warmup": warmup, "schedule": {"name": "one-cycle", **factors}}
    return {"training": training, "learning_rates": rates(make)}


golden = {
    "made_by": "tools/golden/train_schedules.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: nothing is drawn",
    "tolerance": 1e-12,
    "cases": [
        constant(0.0),
        constant(0.3),
        cosine(0.0, 0.0),
        cosine(0.3, 0.0),
        cosine(0.1, 0.25),
        linear(0.0, 0.0),
        linear(0.3, 0.1),
        step(0.0, [0.5, 0.75], 0.1),
        step(0.2, [0.3, 0.55, 0.8], 0.5),
        one_cycle(0.3),
        one_cycle(0.25, div_factor=10.0, final_div_factor=100.0),
    ],
}
with open("crates/train/tests/golden/schedules.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
