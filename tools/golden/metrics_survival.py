"""Golden values of the survival metrics, from scikit-survival.

    python tools/golden/metrics_survival.py > crates/metrics/tests/golden/survival.json

Cases: continuous times, whole times (many ties), tied risks, no censoring, heavy censoring.
"""
import json
import sys

import numpy as np
import sksurv
from sksurv import metrics as m
from sksurv.util import Surv

SEED = 20261125
rng = np.random.default_rng(SEED)


def cohort(n, x, rate, whole):
    event_time = rng.exponential(10 * np.exp(-0.7 * x))
    censored = rng.exponential(rate, n) if rate else np.full(n, np.inf)
    time, event = np.minimum(event_time, censored), event_time <= censored
    return (np.ceil(time) if whole else time), event


def case(name, n, rate, whole=False, tied=False):
    x_train, x = rng.normal(size=n), rng.normal(size=n)
    train_time, train_event = cohort(n, x_train, rate, whole)
    # The training rows are followed up for longer, so that its censoring is known at every time.
    train_time[0], train_event[0] = 1000.0, False
    time, event = cohort(n, x, rate, whole)
    risk = x + rng.normal(size=n) * 0.5
    if tied:
        risk = np.round(risk)
    train, test = Surv.from_arrays(train_event, train_time), Surv.from_arrays(event, time)
    tau = float(np.quantile(time, 0.8))
    times = np.unique(np.quantile(time[event], [0.2, 0.4, 0.6, 0.8]))
    survival = np.exp(-times[None, :] / 10 * np.exp(0.6 * risk)[:, None])
    harrell = m.concordance_index_censored(event, time, risk)
    at, mean = m.cumulative_dynamic_auc(train, test, risk, times)
    return dict(
        name=name, train_times=train_time.tolist(), train_events=train_event.tolist(),
        times=time.tolist(), events=event.tolist(), risk=risk.tolist(), tau=tau,
        points=times.tolist(), survival=survival.tolist(),
        harrell=float(harrell[0]), pairs=[int(v) for v in harrell[1:4]],
        uno=float(m.concordance_index_ipcw(train, test, risk)[0]),
        uno_tau=float(m.concordance_index_ipcw(train, test, risk, tau=tau)[0]),
        auc=at.tolist(), mean_auc=float(mean),
        brier=m.brier_score(train, test, survival, times)[1].tolist(),
        integrated=float(m.integrated_brier_score(train, test, survival, times)),
    )


json.dump(
    dict(
        made_by="tools/golden/metrics_survival.py",
        versions=dict(sksurv=sksurv.__version__, numpy=np.__version__),
        seed=SEED,
        tolerance=1e-12,
        cases=[
            case("continuous", 40, 15),
            case("whole times", 50, 15, whole=True),
            case("tied risks", 40, 20, tied=True),
            case("whole times and tied risks", 50, 15, whole=True, tied=True),
            case("hardly censored", 30, 500),
            case("heavily censored", 60, 5),
        ],
    ),
    sys.stdout, separators=(",", ":"),
)
print()
