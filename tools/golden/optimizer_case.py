"""Twenty steps of an optimiser over three parameters: shared by torch_adamw.py and torch_sgd.py.

Parameters and gradients are formulas of name and index on both sides; the third parameter gets a
gradient every other step only.
"""

import torch

SHAPES = [[4, 3], [5], [2, 3, 2, 2]]
STEPS = 20


def start(p, n):
    return torch.tensor([((7 * i + 3 * p) % 11 - 5) / 8 for i in range(n)])


def gradient(p, step, n):
    return torch.tensor([((5 * i + 13 * p + 17 * step) % 23 - 11) / 16 for i in range(n)])


def run(make, state_of, idle=1):
    """`make(params)` gives the optimiser, `state_of(state)` its lists; the third parameter has no
    gradient in steps that are `idle` modulo 2."""
    params = [torch.nn.Parameter(start(p, torch.Size(s).numel()).reshape(s)) for p, s in enumerate(SHAPES)]
    optimiser = make(params)
    for step in range(STEPS):
        optimiser.zero_grad(set_to_none=True)
        for p, param in enumerate(params):
            if p != 2 or step % 2 != idle:
                param.grad = gradient(p, step, param.numel()).reshape(param.shape)
        optimiser.step()
    state = [optimiser.state[param] for param in params]
    return {"params": [flat(param) for param in params], **state_of(state)}


def flat(t):
    return t.detach().flatten().tolist()
