"""Writes crates/torch/tests/golden/adamw.json: 20 steps of torch.optim.AdamW, plain and fused.

Parameters and gradients are formulas of name and index on both sides; the third parameter gets a
gradient every other step only. Run from the workspace root: python tools/golden/torch_adamw.py
"""

import json

import torch

SHAPES = [[4, 3], [5], [2, 3, 2, 2]]
LR, BETAS, EPS, WEIGHT_DECAY, STEPS = 0.02, (0.9, 0.98), 1e-8, 0.1, 20


def start(p, n):
    return torch.tensor([((7 * i + 3 * p) % 11 - 5) / 8 for i in range(n)])


def gradient(p, step, n):
    return torch.tensor([((5 * i + 13 * p + 17 * step) % 23 - 11) / 16 for i in range(n)])


def run(**options):
    params = [torch.nn.Parameter(start(p, torch.Size(s).numel()).reshape(s)) for p, s in enumerate(SHAPES)]
    optimiser = torch.optim.AdamW(params, lr=LR, betas=BETAS, eps=EPS, weight_decay=WEIGHT_DECAY, **options)
    for step in range(STEPS):
        optimiser.zero_grad(set_to_none=True)
        for p, param in enumerate(params):
            if p != 2 or step % 2 == 0:
                param.grad = gradient(p, step, param.numel()).reshape(param.shape)
        optimiser.step()
    flat = lambda t: t.detach().flatten().tolist()
    state = [optimiser.state[param] for param in params]
    return {
        "params": [flat(param) for param in params],
        "exp_avgs": [flat(s["exp_avg"]) for s in state],
        "exp_avg_sqs": [flat(s["exp_avg_sq"]) for s in state],
        "steps": [int(s["step"]) for s in state],
    }


golden = {
    "made_by": "tools/golden/torch_adamw.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and gradients are formulas",
    "tolerance": 1e-6,
    "shapes": SHAPES,
    "lr": LR, "beta1": BETAS[0], "beta2": BETAS[1], "eps": EPS, "weight_decay": WEIGHT_DECAY, "n_steps": STEPS,
    "plain": run(foreach=False),
    "fused": run(fused=True),
}
with open("crates/torch/tests/golden/adamw.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
