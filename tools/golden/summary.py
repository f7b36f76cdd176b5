"""Values by formula for networks with millions of parameters, and summaries of large tensors.

The formula needs no file of weights, and summaries keep goldens small. It differs from formula.py in
its period: convolutions over values that repeat make ties for max-pooling to break by rounding. The
other side is `tests/summary/mod.rs` of the image crate.
"""

import functools
import math

import torch


def fill(name, shape):
    """Element i is a hash of name and i, spread over [-0.25, 0.25); double precision."""
    seed = functools.reduce(lambda h, byte: (h * 31 + byte) % 2**32, name.encode(), 0)
    x = (torch.arange(math.prod(shape)) * 2654435761 + seed) % 2**32
    x = (x ^ (x >> 16)) * 0x45D9F3B % 2**32
    x = (x ^ (x >> 16)) * 0x45D9F3B % 2**32
    x = x ^ (x >> 16)
    return ((x.double() / 2**32 - 0.5) / 2).reshape(shape)


def scaled(name, shape):
    """Weights of two or more dimensions uniform in the range of He's initialisation over the fan in,
    scales and variances in [0.75, 1.25], the rest in [-0.25, 0.25]; double precision."""
    values = fill(name, shape)
    if len(shape) >= 2:
        return values * (4 * math.sqrt(6 / math.prod(shape[1:])))
    if name.endswith(("running_var", "weight")):
        return values + 1
    return values


def fill_state(module):
    """Overwrites every parameter and every floating-point buffer."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(scaled(name, tensor.shape))


def summary(name, tensor):
    """The norm, the inner product with the formula of `name`, which depends on every element and on
    its place, and the first eight values."""
    flat = tensor.detach().double().flatten()
    product = (flat * fill(name, flat.shape)).sum()
    return [rounded(x) for x in [flat.norm().item(), product.item(), *flat[:8].tolist()]]


def summaries(named):
    """Norm and inner product of each tensor."""
    return {name: summary(name, tensor)[:2] for name, tensor in named}


def rounded(x):
    return float(f"{x:.12g}")
