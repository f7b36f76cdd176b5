"""Writes crates/tabular/tests/golden/rtdl.json: FTTransformer, MLP and ResNet of
rtdl_revisiting_models, in train mode with gradients, the six presets of FTTransformer, and
PeriodicEmbeddings of rtdl_num_embeddings.

Run from the workspace root: python tools/golden/tabular_rtdl.py
"""

import importlib.metadata
import json

import torch
from formula import fill, fill_parameters, flat, gradients
from rtdl_num_embeddings import PeriodicEmbeddings
from rtdl_revisiting_models import MLP, CategoricalEmbeddings, FTTransformer, ResNet
from torch import nn

B, N_NUMERIC, CARDINALITIES, N_CLASSES = 4, 3, [2, 4], 2


def inputs(n_numeric, cardinalities, dtype=torch.float32):
    x_num = fill("x", (B, n_numeric), dtype) * 8 if n_numeric else None
    # Index 0 stands for unknown: one more than there are known categories.
    columns = [torch.arange(B) * 3 % (1 + c) for c in cardinalities]
    return x_num, torch.stack(columns, 1) if columns else None


def ft_transformer(name, n_numeric, cardinalities, d_out, **options):
    options = {
        "n_blocks": 2, "d_block": 8, "attention_n_heads": 2, "attention_dropout": 0.0, "ffn_d_hidden": None,
        "ffn_d_hidden_multiplier": 4 / 3, "ffn_dropout": 0.0, "residual_dropout": 0.0, **options,
    }
    model = FTTransformer(
        n_cont_features=n_numeric, cat_cardinalities=[1 + c for c in cardinalities], d_out=d_out, **options
    ).train()
    fill_parameters(model)
    out = model(*inputs(n_numeric, cardinalities))
    (out * fill("c", out.shape)).sum().backward()
    return {
        "name": name, "n_numeric": n_numeric, "cardinalities": cardinalities, "d_out": d_out,
        "n_blocks": options["n_blocks"], "d_block": options["d_block"], "n_heads": options["attention_n_heads"],
        "activation": options.get("ffn_activation", "ReGLU").lower(),
        "out": flat(out), "gradients": gradients(model),
    }


def preset(n_blocks):
    options = FTTransformer.get_default_kwargs(n_blocks)
    model = FTTransformer(
        n_cont_features=N_NUMERIC, cat_cardinalities=[1 + c for c in CARDINALITIES], d_out=None, **options
    ).eval().double()
    fill_parameters(model)
    out = model(*inputs(N_NUMERIC, CARDINALITIES, torch.float64))
    return {
        "n_blocks": n_blocks,
        "n_parameters": sum(p.numel() for p in model.parameters()),
        "first": flat(out[:, :8]),
        "mean": flat(out.mean(1)),
        "std": flat(out.std(1)),
    }


class TableMlp(nn.Module):
    """Numeric columns and flattened category embeddings into the reference MLP."""

    def __init__(self, n_numeric, cardinalities, d_embed, n_blocks, d_block):
        super().__init__()
        if cardinalities:
            self.cat_embeddings = CategoricalEmbeddings([1 + c for c in cardinalities], d_embed, bias=False)
        d_in = n_numeric + len(cardinalities) * d_embed
        self.mlp = MLP(d_in=d_in, d_out=None, n_blocks=n_blocks, d_block=d_block, dropout=0.0)

    def forward(self, x_num, x_cat):
        parts = [] if x_num is None else [x_num]
        if x_cat is not None:
            parts.append(self.cat_embeddings(x_cat).flatten(1))
        return self.mlp(torch.cat(parts, 1))


def mlp(name, n_numeric, cardinalities):
    model = TableMlp(n_numeric, cardinalities, 3, 2, 6).train()
    fill_parameters(model, strip="mlp.")
    out = model(*inputs(n_numeric, cardinalities))
    (out * fill("c", out.shape)).sum().backward()
    return {
        "name": name, "n_numeric": n_numeric, "cardinalities": cardinalities, "d_embed": 3, "n_blocks": 2,
        "d_block": 6, "out": flat(out), "gradients": gradients(model, strip="mlp."),
    }


class TableResNet(nn.Module):
    """Numeric columns and flattened category embeddings into the reference ResNet."""

    def __init__(self, n_numeric, cardinalities, d_embed, d_out):
        super().__init__()
        if cardinalities:
            self.cat_embeddings = CategoricalEmbeddings([1 + c for c in cardinalities], d_embed, bias=False)
        self.net = ResNet(
            d_in=n_numeric + len(cardinalities) * d_embed, d_out=d_out, n_blocks=2, d_block=6,
            d_hidden_multiplier=1.5, dropout1=0.0, dropout2=0.0,
        )

    def forward(self, x_num, x_cat):
        parts = [] if x_num is None else [x_num]
        if x_cat is not None:
            parts.append(self.cat_embeddings(x_cat).flatten(1))
        return self.net(torch.cat(parts, 1))


def res_net(name, n_numeric, cardinalities, d_out):
    # f64: the statistics of a batch of four rows magnify rounding.
    model = TableResNet(n_numeric, cardinalities, 3, d_out).double().train()
    fill_parameters(model, strip="net.")
    x_num, x_cat = inputs(n_numeric, cardinalities, torch.float64)
    out = model(x_num, x_cat)
    (out * fill("c", out.shape, torch.float64)).sum().backward()
    return {
        "name": name, "n_numeric": n_numeric, "cardinalities": cardinalities, "d_embed": 3, "n_blocks": 2,
        "d_block": 6, "d_hidden_multiplier": 1.5, "d_out": d_out,
        "out": flat(out), "gradients": gradients(model, strip="net."),
        # With the running statistics of that one step.
        "out_in_eval_mode": flat(model.eval()(x_num, x_cat)),
    }


def periodic(name, n_features, n_frequencies, d):
    model = PeriodicEmbeddings(n_features, d, n_frequencies=n_frequencies, activation=False, lite=False).train()
    fill_parameters(model)
    out = model(fill("x", (B, n_features)) * 8)
    (out * fill("c", out.shape)).sum().backward()
    return {
        "name": name, "n_features": n_features, "n_frequencies": n_frequencies, "d": d,
        "out": flat(out), "gradients": gradients(model),
    }


golden = {
    "made_by": "tools/golden/tabular_rtdl.py",
    "versions": {
        "torch": torch.__version__,
        "rtdl_revisiting_models": importlib.metadata.version("rtdl_revisiting_models"),
        "rtdl_num_embeddings": importlib.metadata.version("rtdl_num_embeddings"),
    },
    "seed": "none: parameters and inputs are formulas (tools/golden/formula.py)",
    "tolerance": 1e-5,
    "tolerance_of_presets_in_f64": 1e-7,
    "b": B, "preset_n_numeric": N_NUMERIC, "preset_cardinalities": CARDINALITIES,
    "ft_transformer": [
        ft_transformer("mixed_with_head", N_NUMERIC, CARDINALITIES, N_CLASSES),
        ft_transformer("numeric_relu_one_head_backbone", N_NUMERIC, [], None, ffn_activation="ReLU",
                       attention_n_heads=1, n_blocks=1),
        ft_transformer("categorical_three_blocks", 0, CARDINALITIES, N_CLASSES, n_blocks=3),
    ],
    "presets": [preset(n) for n in range(1, 7)],
    "mlp": [mlp("mixed", N_NUMERIC, CARDINALITIES), mlp("numeric", N_NUMERIC, []), mlp("categorical", 0, CARDINALITIES)],
    "res_net": [
        res_net("mixed_with_head", N_NUMERIC, CARDINALITIES, N_CLASSES),
        res_net("numeric_without_output", N_NUMERIC, [], None),
        res_net("categorical_with_head", 0, CARDINALITIES, N_CLASSES),
    ],
    "periodic": [periodic("three_columns", 3, 5, 4), periodic("one_wave", 1, 1, 2)],
}
with open("crates/tabular/tests/golden/rtdl.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
