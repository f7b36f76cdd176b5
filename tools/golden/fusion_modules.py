"""Makes crates/fusion/tests/golden/*.npz with torch: every fusion composed of PyTorch's modules, in train
mode with gradients of parameters and inputs, with rows that lack some modalities or all.

Inputs and parameters are float64 and drawn from the seed. What a row lacks is noise here and NaN in the
test. PyTorch's attention gives NaN to a row without any modality, so such rows are left out and come
back as zeros. Run from the workspace root: python tools/golden/fusion_modules.py
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SEED = 20261123
FOLDER = Path(__file__).parents[2] / "crates/fusion/tests/golden"
B = 5
# Row 3 lacks the first modality, row 1 the second, row 2 the first and the third, row 4 all.
PRESENT = torch.tensor(
    [[True, True, True], [True, False, True], [False, True, False], [False, True, True], [False] * 3]
)


class Mlp(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class Concat(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.absent = nn.ParameterList(nn.Parameter(torch.zeros(d)) for d in d_in)
        self.mlp = Mlp([sum(d_in), *d_hidden, d_out])

    def forward(self, parts, present):
        columns = [
            torch.where(has[:, None], x, absent)
            for x, has, absent in zip(parts, present.unbind(1), self.absent)
        ]
        pooled = self.mlp(torch.cat(columns, 1)) * present.any(1, keepdim=True)
        return pooled, pooled[:, None]


class RawEarly(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.mlp = Mlp([sum(d_in) + len(d_in), *d_hidden, d_out])

    def forward(self, parts, present):
        columns = [x.flatten(1) * has[:, None] for x, has in zip(parts, present.unbind(1))]
        pooled = self.mlp(torch.cat([*columns, present.double()], 1)) * present.any(1, keepdim=True)
        return pooled, pooled[:, None]


class TokenSet(nn.Module):
    """Projections, modality embedding and class token, shared by attention and early fusion."""

    def __init__(self, d_in, d_model, pooling):
        super().__init__()
        self.projections = nn.ModuleList(nn.Linear(d, d_model) for d in d_in)
        self.modality_embedding = nn.Parameter(torch.zeros(len(d_in), d_model))
        if pooling == "cls":
            self.cls = nn.Parameter(torch.zeros(d_model))
        self.pooling = pooling

    def trunk(self, x, valid):
        raise NotImplementedError

    def positions(self, n_tokens, d_model):
        return torch.zeros(n_tokens, d_model)

    def forward(self, parts, masks):
        n_tokens = sum(x.shape[1] for x in parts)
        d_model = self.modality_embedding.shape[1]
        pooled, tokens = torch.zeros(B, d_model), torch.zeros(B, n_tokens, d_model)
        valid = torch.cat(masks, 1)
        rows = valid.any(1)
        x = [
            projection(x[rows]) + self.positions(x.shape[1], d_model) + embedding
            for x, projection, embedding in zip(parts, self.projections, self.modality_embedding)
        ]
        valid = valid[rows]
        if self.pooling == "cls":
            x = [self.cls.expand(len(valid), 1, -1), *x]
            y = self.trunk(torch.cat(x, 1), torch.cat([valid.new_ones(len(valid), 1), valid], 1))
            tokens[rows] = y[:, 1:] * valid[..., None]
            pooled[rows] = y[:, 0]
        else:
            y = self.trunk(torch.cat(x, 1), valid) * valid[..., None]
            tokens[rows] = y
            pooled[rows] = y.sum(1) / valid.sum(1, keepdim=True)
        return pooled, tokens


class Attention(TokenSet):
    def __init__(self, d_in, d_model, n_heads, pooling):
        super().__init__(d_in, d_model, pooling)
        self.self_attn = nn.MultiheadAttention(d_model, n_heads, batch_first=True)
        self.norm = nn.LayerNorm(d_model)

    def trunk(self, x, valid):
        context, weights = self.self_attn(x, x, x, key_padding_mask=~valid, average_attn_weights=False)
        self.weights = weights * valid[:, None, :, None]
        return self.norm(x + context)


class Early(TokenSet):
    def __init__(self, d_in, d_model, n_heads, n_layers, pooling, sinusoidal):
        super().__init__(d_in, d_model, pooling)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                d_model, n_heads, 4 * d_model, 0.0, "gelu", batch_first=True, norm_first=True
            )
            for _ in range(n_layers)
        )
        self.norm = nn.LayerNorm(d_model)
        self.sinusoidal = sinusoidal

    def positions(self, n_tokens, d_model):
        table = torch.zeros(n_tokens, d_model)
        if self.sinusoidal:
            frequency = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000) / d_model))
            angle = torch.arange(n_tokens)[:, None] * frequency
            table[:, 0::2], table[:, 1::2] = angle.sin(), angle.cos()
        return table

    def trunk(self, x, valid):
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=~valid)
        return self.norm(x)


class Late(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.heads = nn.ModuleList(Mlp([d, *d_hidden, d_out]) for d in d_in)

    def forward(self, parts, present, classify):
        of = F.log_softmax if classify else lambda x, dim: x
        terms = [of(head(x), 1) * has[:, None] for head, x, has in zip(self.heads, parts, present.unbind(1))]
        mean = sum(terms) / present.sum(1, keepdim=True).clamp_min(1)
        return of(mean, 1)


def weighted(y):
    return (y * torch.sin(torch.arange(y.numel()) * 1.7 + 0.3).view_as(y)).sum()


def moved(module):
    """Moves every parameter off its special initial value (zeros, ones)."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return module.train()


def save(name, module, inputs, outputs):
    tensors = {f"p.{k}": p for k, p in module.named_parameters()}
    tensors |= {f"g.{k}": p.grad for k, p in module.named_parameters()}
    for i, x in enumerate(inputs):
        tensors |= {f"part.{i}": x, f"part_grad.{i}": x.grad}
    arrays = {k: v.detach().numpy() for k, v in (tensors | outputs).items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FOLDER / f"{name}.npz", **arrays)
    sidecar = {
        "script": "tools/golden/fusion_modules.py",
        "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__},
        "seed": SEED,
        "tolerance": 1e-12,
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(sidecar, indent=2) + "\n")


def leaves(*shapes):
    return [torch.randn(B, *shape).requires_grad_() for shape in shapes]


def fusion(name, module, parts, call):
    pooled, tokens = call(module, parts)
    (weighted(pooled) + weighted(tokens)).backward()
    outputs = {"pooled": pooled, "tokens": tokens, "present": PRESENT}
    if isinstance(module, Attention):
        outputs["weights"] = module.weights
    return name, module, parts, outputs


def one_token_each(module, parts):
    return module([x[:, None] for x in parts], list(PRESENT.split(1, 1)))


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(SEED)
    d_in = (5, 3, 4)
    pooled = [(d,) for d in d_in]
    with_present = lambda module, parts: module(parts, PRESENT)

    save(*fusion("concat", moved(Concat(d_in, [6], 6)), leaves(*pooled), with_present))
    save(*fusion("concat_deep", moved(Concat(d_in, [7, 2], 3)), leaves(*pooled), with_present))
    raw = [(2, 3, 2), (4, 2), (5,)]
    save(*fusion("raw_early", moved(RawEarly((12, 8, 5), [9], 4)), leaves(*raw), with_present))
    for pooling in ["cls", "mean"]:
        module = moved(Attention(d_in, 8, 4, pooling))
        save(*fusion(f"attention_{pooling}", module, leaves(*pooled), one_token_each))

    # Tokens: of each present part the last is padding in even rows.
    shapes = [(3, 5), (4, 3), (2, 4)]
    masks = []
    for has, (n_tokens, _) in zip(PRESENT.unbind(1), shapes):
        short = (torch.arange(B) % 2 == 0)[:, None] & (torch.arange(n_tokens) == n_tokens - 1)
        masks.append(has[:, None] & ~short)
    valid = {f"valid.{i}": mask for i, mask in enumerate(masks)}
    for pooling, sinusoidal in [("cls", True), ("mean", False)]:
        module = moved(Early(d_in, 8, 2, 2, pooling, sinusoidal))
        name, module, parts, outputs = fusion(
            f"early_{pooling}", module, leaves(*shapes), lambda module, parts: module(parts, masks)
        )
        save(name, module, parts, outputs | valid)

    targets, class_weights = torch.tensor([0, 2, 1, 2, 0]), torch.tensor([0.5, 2.0, 1.25])
    module, parts = moved(Late(d_in, [4], 3)), leaves(*pooled)
    scores = module(parts, PRESENT, classify=True)
    loss = F.cross_entropy(scores, targets, class_weights)
    loss.backward()
    outputs = {"scores": scores, "loss": loss, "targets": targets, "class_weights": class_weights}
    save("late_classify", module, parts, outputs | {"present": PRESENT})

    module, parts, targets = moved(Late(d_in, [], 1)), leaves(*pooled), torch.randn(B)
    scores = module(parts, PRESENT, classify=False)
    loss = F.mse_loss(scores[:, 0], targets)
    loss.backward()
    outputs = {"scores": scores, "loss": loss, "targets": targets}
    save("late_regress", module, parts, outputs | {"present": PRESENT})


if __name__ == "__main__":
    main()
