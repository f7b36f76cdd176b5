"""Makes crates/fusion/tests/golden/cox_*.npz with statsmodels: Cox's partial likelihood with Efron's
ties and its gradient, for given log-risks; torchsurv, which computes in f32, has to agree to 1e-5
before a file is written.

With one indicator column per row, the parameters of PHReg are the log-risks, and its score is their
gradient. Run from the workspace root: python tools/golden/fusion_cox.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from statsmodels.duration.hazard_regression import PHReg
from torchsurv.loss.cox import neg_partial_log_likelihood

SEED = 20261127
FOLDER = Path(__file__).parents[2] / "crates/fusion/tests/golden"


def case(name, n, censored, whole, spread, rng):
    time = rng.exponential(10.0, n)
    time = np.ceil(time) if whole else time
    event = rng.uniform(size=n) >= censored
    log_risk = spread * rng.normal(size=n)
    model = PHReg(time, np.eye(n), status=event.astype(float), ties="efron")
    events = event.sum()
    loss = -model.loglike(log_risk) / events
    gradient = -model.score(log_risk) / events
    other = neg_partial_log_likelihood(
        torch.tensor(log_risk), torch.tensor(event), torch.tensor(time), ties_method="efron",
        reduction="sum",  # its mean is over times of events
    )
    assert abs(float(other) / events - loss) < 1e-5, (name, float(other), loss)
    np.savez_compressed(
        FOLDER / f"{name}.npz", time=time, event=event, log_risk=log_risk[:, None],
        loss=np.array(loss), gradient=gradient[:, None],
    )
    sidecar = {
        "script": "tools/golden/fusion_cox.py",
        "versions": {lib: version(lib) for lib in ("statsmodels", "torchsurv", "torch", "numpy")},
        "seed": SEED,
        "tolerance": 1e-10,
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(sidecar, indent=2) + "\n")


rng = np.random.default_rng(SEED)
case("cox_distinct", 40, 0.4, False, 1.0, rng)
case("cox_tied", 60, 0.5, True, 1.0, rng)
case("cox_uncensored", 30, 0.0, True, 0.5, rng)
case("cox_spread", 50, 0.7, True, 5.0, rng)
