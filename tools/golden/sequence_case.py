"""What the golden files of the sequence encoders hold of each case, and how they are written."""

import json
from pathlib import Path

import numpy as np
import torch
from formula import fill

FOLDER = Path(__file__).parents[2] / "crates/sequence/tests/golden"


def case_arrays(case, model, x, lengths, tokens, pooled, strip="", **more):
    """Input, parameters, outputs, the weights of a loss, and its gradients; `strip` is a prefix of
    parameter names that the Rust side lacks."""
    weights = {"c": fill("c", pooled.shape), "d": fill("d", tokens.shape)}
    ((pooled * weights["c"]).sum() + (tokens * weights["d"]).sum()).backward()
    arrays = {"x": x, "tokens": tokens, "pooled": pooled, **weights, **more}
    if lengths is not None:
        arrays["lengths"] = torch.tensor(lengths)
    for name, parameter in model.named_parameters():
        name = name.removeprefix(strip)
        arrays[f"parameter/{name}"] = parameter
        arrays[f"gradient/{name}"] = parameter.grad
    return {f"{case}/{name}": tensor.detach().numpy() for name, tensor in arrays.items()}


def save(name, script, tolerance, cases):
    np.savez_compressed(FOLDER / f"{name}.npz", **{key: a for case in cases for key, a in case.items()})
    sidecar = {"script": script, "versions": {"torch": torch.__version__}, "seed": 0, "tolerance": tolerance}
    (FOLDER / f"{name}.json").write_text(json.dumps(sidecar, indent=1) + "\n")
