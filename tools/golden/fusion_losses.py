"""Makes crates/fusion/tests/golden/class_losses.npz: losses of classifications and their gradients.

Label smoothing by PyTorch's cross_entropy; the focal loss by its formula over PyTorch's softmax, and of
two classes by torchvision's sigmoid_focal_loss. Run from the workspace root:
python tools/golden/fusion_losses.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy, log_softmax, one_hot
from torchvision.ops import sigmoid_focal_loss

SEED = 20261128
FOLDER = Path(__file__).parents[2] / "crates/fusion/tests/golden"

torch.manual_seed(SEED)
torch.set_default_dtype(torch.float64)
logits = 3 * torch.randn(12, 4)
targets = torch.randint(4, (12,))
weights = torch.rand(4) + 0.5
binary = 3 * torch.randn(10)
is_second = torch.randint(2, (10,))


def focal(x, weight, gamma):
    log_p = (log_softmax(x, -1) * one_hot(targets, 4)).sum(-1)
    losses = -((1 - log_p.exp()) ** gamma) * log_p
    row = torch.ones(12) if weight is None else weight[targets]
    return (losses * row).sum() / row.sum()


cases = {
    "smoothed": lambda x: cross_entropy(x, targets, label_smoothing=0.15),
    "smoothed_weighted": lambda x: cross_entropy(x, targets, weights, label_smoothing=0.15),
    "focal": lambda x: focal(x, None, 2.0),
    "focal_weighted": lambda x: focal(x, weights, 1.5),
}
arrays = {
    "logits": logits, "targets": targets, "weights": weights,
    "binary_logits": torch.stack([torch.zeros(10), binary], 1), "binary_targets": is_second,
}
for name, loss in cases.items():
    x = logits.clone().requires_grad_(True)
    value = loss(x)
    value.backward()
    arrays[name], arrays[f"{name}_gradient"] = value, x.grad
arrays["focal_binary"] = sigmoid_focal_loss(
    binary, is_second.double(), alpha=-1, gamma=2.0, reduction="mean"
)
np.savez_compressed(
    FOLDER / "class_losses.npz", **{name: np.asarray(a.detach()) for name, a in arrays.items()}
)
sidecar = {
    "script": "tools/golden/fusion_losses.py",
    "versions": {lib: version(lib) for lib in ("torch", "torchvision", "numpy")},
    "seed": SEED,
    "tolerance": 1e-12,
}
(FOLDER / "class_losses.json").write_text(json.dumps(sidecar, indent=2) + "\n")
