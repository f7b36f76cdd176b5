"""Writes crates/sequence/tests/golden/transformer.{npz,json}: a composition of torch.nn modules around
torch.nn.TransformerEncoderLayer, in train mode with gradients.

Run from the workspace root: python tools/golden/sequence_transformer.py
"""

import math

import torch
from formula import fill, fill_parameters
from sequence_case import case_arrays, save
from torch import nn

B, T, D_IN, N_IDS, D, HEADS, D_FF, MAX_LEN = 3, 4, 3, 7, 8, 2, 12, 6
LENGTHS = [4, 1, 3]

CASES = [
    # name, ids, position, norm_first, activation, pooling, lengths
    ("values_learned_pre_norm_mean", False, "learned", True, "gelu", "mean", LENGTHS),
    ("ids_sinusoidal_post_norm_mean", True, "sinusoidal", False, "relu", "mean", LENGTHS),
    ("ids_learned_pre_norm_cls", True, "learned", True, "gelu", "cls", LENGTHS),
    ("values_sinusoidal_post_norm_cls_full", False, "sinusoidal", False, "gelu", "cls", None),
]


def sinusoidal(t, d):
    table = torch.zeros(t, d, dtype=torch.float64)
    for pos in range(t):
        for i in range(0, d, 2):
            table[pos, i] = math.sin(pos / 10000 ** (i / d))
            table[pos, i + 1] = math.cos(pos / 10000 ** (i / d))
    return table.float()


class Reference(nn.Module):
    def __init__(self, ids, position, norm_first, activation, pooling):
        super().__init__()
        if ids:
            self.embed = nn.Embedding(N_IDS, D)
        else:
            self.project = nn.Linear(D_IN, D)
        if position == "learned":
            self.position = nn.Embedding(MAX_LEN, D)
        if pooling == "cls":
            self.cls_token = nn.Parameter(torch.zeros(D))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                D, HEADS, D_FF, dropout=0.0, activation=activation, batch_first=True, norm_first=norm_first
            )
            for _ in range(2)
        )
        self.norm = nn.LayerNorm(D)

    def forward(self, x, valid):
        x = self.embed(x) if hasattr(self, "embed") else self.project(x)
        x = x + (self.position.weight[:T] if hasattr(self, "position") else sinusoidal(T, D))
        if hasattr(self, "cls_token"):
            x = torch.cat([self.cls_token.expand(B, 1, D), x], 1)
            valid = torch.cat([valid.any(1, keepdim=True), valid], 1)
        depths = []
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=~valid)
            depths.append(x * valid[..., None])
        x = self.norm(x) * valid[..., None]
        pooled = x[:, 0] if hasattr(self, "cls_token") else x.sum(1) / valid.sum(1, keepdim=True)
        return depths, x, pooled


def run(name, ids, position, norm_first, activation, pooling, lengths):
    model = Reference(ids, position, norm_first, activation, pooling).train()
    fill_parameters(model)
    x = (torch.arange(B * T).reshape(B, T) * 3) % N_IDS if ids else fill("x", (B, T, D_IN)) * 8
    valid = torch.arange(T)[None] < torch.tensor(lengths or [T] * B)[:, None]
    depths, tokens, pooled = model(x, valid)
    return case_arrays(name, model, x, lengths, tokens, pooled, depth_1=depths[0])


save("transformer", "tools/golden/sequence_transformer.py", tolerance=2e-5, cases=[run(*case) for case in CASES])
