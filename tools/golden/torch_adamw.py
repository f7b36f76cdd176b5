"""Writes crates/torch/tests/golden/adamw.json: 20 steps of torch.optim.AdamW, plain and fused.

Run from the workspace root: python tools/golden/torch_adamw.py
"""

import json

import torch
from optimizer_case import SHAPES, STEPS, flat, run

LR, BETAS, EPS, WEIGHT_DECAY = 0.02, (0.9, 0.98), 1e-8, 0.1


def steps(**options):
    return run(
        lambda params: torch.optim.AdamW(params, lr=LR, betas=BETAS, eps=EPS, weight_decay=WEIGHT_DECAY, **options),
        lambda state: {
            "exp_avgs": [flat(s["exp_avg"]) for s in state],
            "exp_avg_sqs": [flat(s["exp_avg_sq"]) for s in state],
            "steps": [int(s["step"]) for s in state],
        },
    )


golden = {
    "made_by": "tools/golden/torch_adamw.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and gradients are formulas",
    "tolerance": 1e-6,
    "shapes": SHAPES,
    "lr": LR, "beta1": BETAS[0], "beta2": BETAS[1], "eps": EPS, "weight_decay": WEIGHT_DECAY, "n_steps": STEPS,
    "plain": steps(foreach=False),
    "fused": steps(fused=True),
}
with open("crates/torch/tests/golden/adamw.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
