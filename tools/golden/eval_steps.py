"""Golden values of the steps of preprocessing, from scikit-learn; of Cox's score test, from statsmodels.

    python tools/golden/eval_steps.py > crates/eval/tests/golden/steps.json

Columns: ordinary, skewed counts, constant, few values, some missing, and correlated with the target.
"""
import json
import sys

import numpy as np
import sklearn
import statsmodels
from sklearn.decomposition import PCA
from sklearn.feature_selection import VarianceThreshold, f_classif, f_regression
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler
from statsmodels.duration.hazard_regression import PHReg

SEED = 20261128
rng = np.random.default_rng(SEED)


def table(n, classes):
    x = np.stack(
        [
            rng.normal(size=n),
            rng.poisson(3.0, size=n).astype(float),
            np.full(n, 3.7),
            rng.integers(0, 3, size=n).astype(float),
            rng.lognormal(size=n) * 5,
            rng.normal(size=n) + classes,
        ],
        axis=1,
    )
    x[::4, 4] = np.nan
    return x


def flat(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in np.asarray(x, dtype=float)]


classes = rng.integers(0, 3, size=23)
train, new = table(23, classes), table(5, np.zeros(5))
numbers = classes + rng.normal(size=23)
time = np.round(rng.exponential(size=23) * 5 * np.exp(-0.5 * classes), 1) + 0.1
event = rng.random(23) < 0.7
whole = SimpleImputer().fit(train).transform(train)

def smooth_clip(x, limit=3.0):
    """As pytabkit's RealMLP."""
    return x / np.sqrt(1 + (x / limit) ** 2)


scaler, robust = StandardScaler().fit(train), RobustScaler().fit(train)
# Not the constant column: NOTE[DIFF] of `Quantile`.
varies = [0, 1, 3, 4, 5]
quantile = {
    output: flat(
        QuantileTransformer(n_quantiles=10, output_distribution=output, subsample=None)
        .fit(train[:, varies])
        .transform(new[:, varies])
    )
    for output in ("normal", "uniform")
}
indicator = MissingIndicator(features="missing-only", error_on_new=False).fit(train)


def pca(x, k):
    fitted = PCA(n_components=k, svd_solver="full").fit(x)
    return {"rows": flat(x), "components": flat(fitted.components_), "new": flat(fitted.transform(x))}


wide = rng.normal(size=(6, 9)) * np.arange(1, 10)


def score_test(column):
    model = PHReg(time, column[:, None], status=event.astype(int), ties="breslow")
    zero = np.zeros(1)
    gap, spread = model.score(zero), -model.hessian(zero)
    return float(gap[0] ** 2 / spread[0, 0])


json.dump(
    {
        "versions": {
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "seed": SEED,
        "tolerance": "1e-9 relative",
        "train": flat(train),
        "new": flat(new),
        "classes": classes.tolist(),
        "numbers": numbers.tolist(),
        "time": time.tolist(),
        "event": event.tolist(),
        "standard": flat(scaler.transform(new)),
        "robust": flat(robust.transform(new)),
        "robust_smooth_clip": flat(smooth_clip(robust.transform(new))),
        "varies": varies,
        "quantile_normal": quantile["normal"],
        "quantile_uniform": quantile["uniform"],
        "missing": indicator.transform(new).astype(int).tolist(),
        "kept_by_variance": VarianceThreshold().fit(train).get_support(indices=True).tolist(),
        # Scores on the numbers that are there; scikit-learn's take none that are missing.
        "whole": flat(whole),
        "f_classif": [float(f) for f in f_classif(whole[:, varies], classes)[0]],
        "f_regression": [float(f) for f in f_regression(whole[:, varies], numbers)[0]],
        "cox_score": [score_test(whole[:, at]) for at in varies],
        "pca_tall": pca(whole[:, [0, 1, 3, 5]], 3),
        "pca_wide": pca(wide, 5),
    },
    sys.stdout,
    indent=1,
)
print()
