"""Writes crates/train/tests/golden/run.json: three epochs of a small network in PyTorch.

AdamW without decay on vectors, warm-up and cosine, clipping; batches of 4, 4 and 5 rows in the
orders that midfuse_train::epoch_order gives for seed 5 (the test compares them).
Run from the workspace root: python tools/golden/train_run.py
"""

import json
import math

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

ORDERS = [
    [9, 0, 1, 8, 7, 4, 5, 11, 12, 3, 10, 6, 2],
    [9, 3, 1, 2, 7, 4, 5, 10, 6, 12, 8, 11, 0],
    [11, 5, 6, 4, 3, 12, 7, 0, 9, 1, 8, 10, 2],
]
N, EPOCHS, BATCHES = 13, 3, [(0, 4), (4, 8), (8, 13)]


def value(i):
    return ((7 * i * i + 3 * i) % 19 - 9) / 6


x = torch.tensor([value(i) for i in range(3 * N)]).reshape(N, 3)
y = torch.tensor([int(value(3 * i) + value(3 * i + 1) > 0) for i in range(N)])
model = torch.nn.Sequential()
model.add_module("first", torch.nn.Linear(3, 4))
model.add_module("tanh", torch.nn.Tanh())
model.add_module("last", torch.nn.Linear(4, 2))
with torch.no_grad():
    for name, param in model.named_parameters():
        start = sum(name.encode())
        flat = [((start + 5 * i) % 13 - 6) / 8 for i in range(param.numel())]
        param.copy_(torch.tensor(flat).reshape(param.shape))

matrices = [p for p in model.parameters() if p.dim() >= 2]
vectors = [p for p in model.parameters() if p.dim() < 2]
groups = [{"params": matrices, "weight_decay": 0.2}, {"params": vectors, "weight_decay": 0.0}]
optimiser = torch.optim.AdamW(groups, lr=0.1, foreach=False)
n_steps = EPOCHS * len(BATCHES)
warmup = math.ceil(0.3 * n_steps)
schedule = SequentialLR(
    optimiser,
    [LinearLR(optimiser, 1 / warmup, total_iters=warmup - 1), CosineAnnealingLR(optimiser, n_steps - warmup)],
    [warmup],
)
losses, rates = [], []
for order in ORDERS:
    for start, end in BATCHES:
        rows = order[start:end]
        optimiser.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
        losses.append(loss.item())

golden = {
    "made_by": "tools/golden/train_run.py",
    "versions": {"torch": torch.__version__},
    "seed": "none: parameters and data are formulas",
    "tolerance": 2e-6,
    "orders": ORDERS,
    "learning_rates": rates,
    "losses": losses,
    "weights": {name: p.detach().flatten().tolist() for name, p in model.named_parameters()},
}
with open("crates/train/tests/golden/run.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
