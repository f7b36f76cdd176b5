"""Golden values of Breslow's baseline, from scikit-survival.

    python tools/golden/linear_breslow.py > crates/linear/tests/golden/breslow.json
"""

import json
import sys

import numpy as np
import sksurv
from sksurv.linear_model.coxph import BreslowEstimator

SEED = 20261127
rng = np.random.default_rng(SEED)


def case(name, n, censored, whole):
    time = rng.exponential(10.0, n)
    time = np.ceil(time) if whole else time
    event = rng.uniform(size=n) >= censored
    log_risk = rng.normal(size=n)
    # The estimator raises its linear predictor to e itself, and sets no centre.
    fitted = BreslowEstimator().fit(log_risk, event, time)
    points = np.quantile(time[event], [0.1, 0.3, 0.5, 0.9])
    rows = rng.normal(size=3)
    survival = [[float(f(t)) for t in points] for f in fitted.get_survival_function(rows)]
    return dict(
        name=name, time=time.tolist(), event=event.tolist(), log_risk=log_risk.tolist(),
        points=points.tolist(), rows=rows.tolist(), survival=survival,
    )


json.dump(
    dict(
        made_by="tools/golden/linear_breslow.py",
        versions=dict(sksurv=sksurv.__version__, numpy=np.__version__),
        seed=SEED,
        tolerance=1e-12,
        cases=[case("distinct", 40, 0.4, False), case("tied", 60, 0.5, True),
               case("uncensored", 30, 0.0, True)],
    ),
    sys.stdout, indent=1,
)
print()
