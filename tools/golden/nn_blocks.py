"""Makes crates/nn/tests/golden/*.npz with torch: attention, transformer blocks, MLP, batch
normalisation and initial values, with gradients.

All inputs and parameters are float32 and drawn from the seed. Where rows are padded, the loss weighs
valid positions only, because midfuse gives zeros at invalid ones.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

SEED = 20261123
FOLDER = Path(__file__).parents[2] / "crates/nn/tests/golden"


def save(name, tensors, tolerance):
    FOLDER.mkdir(parents=True, exist_ok=True)
    arrays = {k: v.detach().numpy() for k, v in tensors.items()}
    np.savez_compressed(FOLDER / f"{name}.npz", **arrays)
    sidecar = {
        "script": "tools/golden/nn_blocks.py",
        "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "seed": SEED,
        "tolerance": tolerance,
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(sidecar, indent=2) + "\n")


def parameters(module):
    """Moves every parameter off its special initial value (zeros, ones)."""
    with torch.no_grad():
        for p in module.parameters():
            p.add_(0.1 * torch.randn_like(p))
    return {f"p.{k}": v.clone() for k, v in module.state_dict().items() if "num_batches" not in k}


def gradients(module):
    return {f"g.{k}": p.grad for k, p in module.named_parameters()}


def weighted(y, valid=None):
    w = torch.sin(torch.arange(y.numel(), dtype=torch.float32) * 1.7 + 0.3).view_as(y)
    if valid is not None:
        w = w * valid.unsqueeze(-1)
    return (y * w).sum()


def mask(b, t):
    lengths = torch.tensor([t, t - 2, 1])[:b]
    return torch.arange(t) < lengths.unsqueeze(1)


def attention():
    for name, d_kv in [("attention_self", None), ("attention_cross", 6)]:
        torch.manual_seed(SEED)
        m = nn.MultiheadAttention(8, 2, kdim=d_kv, vdim=d_kv, batch_first=True)
        p = parameters(m)
        query = torch.randn(3, 4, 8, requires_grad=True)
        kv = query if d_kv is None else torch.randn(3, 5, d_kv, requires_grad=True)
        valid = mask(3, kv.shape[1])
        y, w = m(query, kv, kv, key_padding_mask=~valid, average_attn_weights=False)
        # Padded queries attend in PyTorch and here alike: they count.
        weighted(y).backward()
        out = {**p, "query": query, "kv": kv, "valid": valid, "y": y, "weights": w}
        out |= {**gradients(m), "query_grad": query.grad}
        if d_kv is not None:
            out["kv_grad"] = kv.grad
        save(name, out, 2e-6)


def transformer():
    cases = [("transformer_post_relu", False, "relu"), ("transformer_pre_gelu", True, "gelu")]
    for name, norm_first, activation in cases:
        torch.manual_seed(SEED)
        m = nn.TransformerEncoderLayer(
            8, 2, 16, dropout=0.0, activation=activation, batch_first=True, norm_first=norm_first
        ).train()
        p = parameters(m)
        x = torch.randn(3, 5, 8, requires_grad=True)
        valid = mask(3, 5)
        y = m(x, src_key_padding_mask=~valid)
        weighted(y, valid).backward()
        masked = y.masked_fill(~valid.unsqueeze(-1), 0.0)
        out = {**p, "x": x, "valid": valid, "y": masked, **gradients(m), "x_grad": x.grad}
        save(name, out, 5e-6)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(5, 7), nn.Linear(7, 6), nn.Linear(6, 3)])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < 2:
                x = nn.functional.silu(x)
        return x


def mlp():
    torch.manual_seed(SEED)
    m = Mlp().train()
    p = parameters(m)
    x = torch.randn(4, 5, requires_grad=True)
    y = m(x)
    weighted(y).backward()
    save("mlp", {**p, "x": x, "y": y, **gradients(m), "x_grad": x.grad}, 1e-6)


def batch_norm():
    for name, m, shape in [
        ("batch_norm1d", nn.BatchNorm1d(3), (6, 3)),
        ("batch_norm1d_steps", nn.BatchNorm1d(3), (4, 3, 5)),
        ("batch_norm2d", nn.BatchNorm2d(3), (4, 3, 2, 5)),
    ]:
        torch.manual_seed(SEED)
        p = parameters(m)
        x = (torch.randn(shape) * 2 + 1).requires_grad_()
        y = m.train()(x)
        weighted(y).backward()
        running = {"running_mean": m.running_mean, "running_var": m.running_var}
        out = {**p, "x": x, "y_train": y, "x_grad": x.grad, **gradients(m), **running}
        out["y_eval"] = m.eval()(x)
        save(name, out, 2e-6)


def initial_values():
    """The draws of torch.manual_seed(7): midfuse shares PyTorch's generator and its order."""
    out = {}
    torch.manual_seed(7)
    m = nn.Linear(5, 4)
    out |= {"linear.weight": m.weight, "linear.bias": m.bias}
    torch.manual_seed(7)
    out["trunc_normal"] = nn.init.trunc_normal_(torch.empty(6, 5), std=0.5, a=-0.6, b=0.9)
    torch.manual_seed(7)
    out["xavier"] = nn.init.xavier_uniform_(torch.empty(6, 4))
    torch.manual_seed(7)
    out["kaiming"] = nn.init.kaiming_normal_(
        torch.empty(6, 4, 3, 3), mode="fan_out", nonlinearity="relu"
    )
    save("initial_values", out, 1e-6)


if __name__ == "__main__":
    attention()
    transformer()
    mlp()
    batch_norm()
    initial_values()
    print(sorted(path.name for path in FOLDER.iterdir()))
