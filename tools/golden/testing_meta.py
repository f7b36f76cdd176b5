"""Makes crates/testing/assets/to_meta.pt: a TorchScript module that moves a tensor to the meta device.

A machine without an accelerator has no other way to hold a tensor that does not lie on the CPU, and
the contract of encoders and fusions asks for the right error for such a tensor.
"""

from pathlib import Path

import torch


class ToMeta(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.to("meta")


if __name__ == "__main__":
    path = Path(__file__).parents[2] / "crates/testing/assets/to_meta.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.jit.script(ToMeta()).save(str(path))
    print(f"{path} made with torch {torch.__version__}")
