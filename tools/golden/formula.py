"""Numbers by formula, so that parameters and inputs of golden tests need no random generator.

Element i of the tensor `name` is ((31 i + 17 h) mod 97 - 48) / 192, with h = the sum of the bytes of
the name. The other side, where numbers are not stored, is `tests/formula/mod.rs` of the tabular crate.
"""

import torch


def fill(name, shape, dtype=torch.float32):
    h = sum(name.encode())
    i = torch.arange(int(torch.Size(shape).numel()))
    return (((31 * i + 17 * h) % 97 - 48).double() / 192).to(dtype).reshape(shape)


def fill_parameters(module, strip=""):
    """Overwrites every parameter; `strip` is a prefix of names that the Rust side lacks."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(fill(name.removeprefix(strip), parameter.shape, parameter.dtype))


def flat(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def gradients(module, strip=""):
    return {
        name.removeprefix(strip): flat(parameter.grad)
        for name, parameter in module.named_parameters()
        if parameter.grad is not None
    }
