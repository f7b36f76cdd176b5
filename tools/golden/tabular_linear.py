"""Writes crates/tabular/tests/golden/linear.json: torch.nn.Linear over numbers and one-hot categories,
with gradients.

Run from the workspace root: python tools/golden/tabular_linear.py
"""

import json

import torch
from formula import fill, fill_parameters, flat, gradients
from torch import nn
from torch.nn.functional import one_hot

B = 4


def linear(name, n_numeric, cardinalities, d_out):
    parts = [fill("x", (B, n_numeric)) * 8] if n_numeric else []
    # Index 0 stands for unknown: one more than there are known categories.
    parts += [one_hot(torch.arange(B) * 3 % (1 + c), 1 + c).float() for c in cardinalities]
    x = torch.cat(parts, 1)
    model = nn.Linear(x.shape[1], d_out).train()
    fill_parameters(model)
    out = model(x)
    (out * fill("c", out.shape)).sum().backward()
    return {
        "name": name, "n_numeric": n_numeric, "cardinalities": cardinalities, "d_out": d_out,
        "out": flat(out), "gradients": gradients(model),
    }


golden = {
    "made_by": "tools/golden/tabular_linear.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and inputs are formulas (tools/golden/formula.py)",
    "tolerance": 1e-5,
    "b": B,
    "linear": [linear("embedding", 6, [], 5), linear("mixed", 3, [2, 4], 4), linear("categorical", 0, [2, 4], 3)],
}
with open("crates/tabular/tests/golden/linear.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
