"""Tables that need no file: scikit-learn's generators and its bundled diabetes, and three of our own.

Like the data sets of `datasets.py`: rows as dictionaries of text, the target, the group (none), the metric.
"""
import numpy as np
from sklearn.datasets import load_diabetes, make_classification, make_friedman1


def rows(x, y):
    return [{**{f"x{i}": repr(float(v)) for i, v in enumerate(row)}, "y": str(t)} for row, t in zip(x, y)]


def classes(rng, x, log_odds):
    return rows(x, [f"c{int(u)}" for u in rng.random(len(x)) < 1 / (1 + np.exp(-log_odds))]), "y", None, "auc"


def diabetes(_):
    """Progression of diabetes after a year, from ten columns of 442 patients (Efron et al. 2004)."""
    x, y = load_diabetes(return_X_y=True)
    return rows(x, y), "y", None, "r2"


def friedman(_):
    """Friedman's first problem: a product, a square and two lines of five columns; fifteen say nothing."""
    x, y = make_friedman1(800, n_features=20, noise=1.0, random_state=1)
    return rows(x, y), "y", None, "r2"


def clusters(_):
    """Two classes of three clusters each in eight directions, ten redundant columns, 5 % wrong labels."""
    x, y = make_classification(
        1000, 40, n_informative=8, n_redundant=10, n_clusters_per_class=3, flip_y=0.05, class_sep=0.8, random_state=4
    )
    return rows(x, [f"c{t}" for t in y]), "y", None, "auc"


def interactions(_):
    """A product, a sine, a line, a threshold and a kink of 6 of 25 columns."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(1500, 25))
    f = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.7 * x[:, 3] + (x[:, 4] > 0.5) - 0.5 * np.abs(x[:, 5])
    return classes(rng, x, 1.5 * f)


def omics(_):
    """Three blocks of 200 columns that six hidden factors drive, 245 rows; two factors act together."""
    rng = np.random.default_rng(5)
    z = rng.normal(size=(245, 6))
    blocks = []
    for _block in range(3):
        loadings = rng.normal(size=(6, 200)) * (rng.random((6, 200)) < 0.3)
        blocks.append(z @ loadings + rng.normal(size=(245, 200)) * 1.5)
    return classes(rng, np.hstack(blocks), 1.2 * z[:, 0] + 0.8 * z[:, 2] - 0.6 * z[:, 4] + 0.5 * z[:, 1] * z[:, 3])


def skewed(_):
    """Log-normal columns, eight of 400 matter by their logarithm, 300 rows."""
    rng = np.random.default_rng(6)
    x = rng.lognormal(size=(300, 400))
    return classes(rng, x, np.log(x[:, :8]) @ np.array([1, -1, 0.8, -0.8, 0.6, 0.6, -0.5, 0.5]))


ALL = {
    "diabetes": diabetes, "friedman": friedman, "clusters": clusters, "interactions": interactions, "omics": omics,
    "skewed": skewed,
}
