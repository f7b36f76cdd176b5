"""Writes crates/train/tests/golden/optimizers.json: 20 steps of each optimiser in PyTorch.

Each case has the training section that midfuse reads, so that the test holds options to their meaning.
Run from the workspace root: python tools/golden/train_optimizers.py
"""

import json

import torch
from optimizer_case import SHAPES, STEPS, run

LR = 0.02


def case(name, make, **options):
    params = run(lambda params: make(params, lr=LR, foreach=False), lambda state: {})["params"]
    return {"training": {"optimizer": {"name": name, **options}}, "params": params}


def adamw(beta1=0.9, beta2=0.999, **options):
    given = {key: beta for key, beta in (("beta1", beta1), ("beta2", beta2)) if beta not in (0.9, 0.999)}
    make = lambda params, **how: torch.optim.AdamW(params, betas=(beta1, beta2), **options, **how)
    return case("adamw", make, **given, **options)


def sgd(**options):
    return case("sgd", lambda params, **how: torch.optim.SGD(params, **options, **how), **options)


golden = {
    "made_by": "tools/golden/train_optimizers.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and gradients are formulas",
    "tolerance": 1e-6,
    "shapes": SHAPES,
    "lr": LR,
    "n_steps": STEPS,
    "cases": [
        adamw(),
        adamw(beta1=0.8, beta2=0.98, weight_decay=0.3, eps=1e-3),
        sgd(),
        sgd(momentum=0.9, nesterov=True, weight_decay=0.2),
        sgd(momentum=0.7, dampening=0.4),
    ],
}
with open("crates/train/tests/golden/optimizers.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
