"""Writes crates/lightgbm/tests/golden/trees.json: models and predictions of the Python package.

Rows are drawn here and stand in the file, NaN as null.

Run from the workspace root: python tools/golden/lightgbm_trees.py
"""

import json

import lightgbm
import numpy as np

SEED = 20261127
# Before it splits on categories, LightGBM wants a hundred rows of them.
N, N_CATEGORICAL, N_NEW = 120, 400, 16
# Of numbers that an exponential of the system has made; the trees themselves are compared as text.
TOLERANCE = 1e-12
ALWAYS = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1}
rng = np.random.default_rng(SEED)


def rows(n, categorical):
    """Six columns, every seventh number missing; three digits, so that the file stays small."""
    x = rng.normal(size=(n, 6)).round(3)
    for column in categorical:
        x[:, column] = rng.integers(0, 8, n)
    x[rng.random(x.shape) < 1 / 7] = np.nan
    return x


def score(x):
    filled = np.nan_to_num(x)
    return filled[:, 0] - filled[:, 1] * filled[:, 2] + np.isin(x[:, 4], [1, 2, 5]) + 0.3 * rng.normal(size=len(x))


def listed(x):
    return [[None if np.isnan(value) else value for value in row] for row in x.tolist()]


def case(name, objective, n_classes=None, categorical=(), weighted=False, dtype="float64", **config):
    """`config` has midfuse's names, which are LightGBM's but for the number of rounds."""
    n = N_CATEGORICAL if categorical else N
    x, new = rows(n, categorical), rows(N_NEW, categorical)
    target = score(x)
    if n_classes:
        target = np.searchsorted(np.quantile(target, np.linspace(0, 1, n_classes + 1)[1:-1]), target)
    else:
        target = target.round(3)
    weights = rng.random(n).round(3) if weighted else None
    seed = 7
    parameters = {"objective": objective, "seed": seed, **ALWAYS, **config}
    if objective == "multiclass":
        parameters["num_class"] = n_classes
    n_rounds = parameters.pop("n_rounds", 100)
    data = lightgbm.Dataset(x.astype(dtype), target, weight=weights, categorical_feature=list(categorical) or "auto")
    booster = lightgbm.train(parameters, data, n_rounds, keep_training_booster=True)
    text = booster.model_to_string(num_iteration=-1, importance_type="gain")
    # What the C function writes; the package adds a line on pandas.
    text = text[: text.rindex("\npandas_categorical")]
    assert ("\ncat_threshold=" in text) == bool(categorical), name
    booster = lightgbm.Booster(model_str=text)
    n_rounds = booster.current_iteration()
    some = max(1, n_rounds // 2)
    return {
        "name": name, "dtype": dtype, "n_classes": n_classes, "categorical": list(categorical),
        "config": config, "seed": seed, "x": listed(x), "target": target.tolist(),
        "weights": weights.tolist() if weighted else None, "new": listed(new),
        "text": text, "n_rounds": n_rounds, "some_rounds": some,
        "predicted": booster.predict(new.astype(dtype)).reshape(N_NEW, -1).tolist(),
        "predicted_by_some": booster.predict(new.astype(dtype), num_iteration=some).reshape(N_NEW, -1).tolist(),
        "gains": booster.feature_importance("gain").tolist(),
    }


small = {"n_rounds": 12, "num_leaves": 6, "min_data_in_leaf": 5}
golden = {
    "made_by": "tools/golden/lightgbm_trees.py",
    "versions": {"lightgbm": lightgbm.__version__, "numpy": np.__version__},
    "seed": SEED,
    "tolerance": TOLERANCE,
    "cases": [
        case("binary", "binary", 2, n_rounds=12),
        case("binary, 32 bits", "binary", 2, dtype="float32", **small),
        case("multiclass", "multiclass", 3, **small),
        case("regression", "regression", **small),
        case("categorical", "binary", 2, categorical=[3, 4], **small),
        case("categorical in three classes", "multiclass", 3, categorical=[4], **{**small, "min_data_in_leaf": 2}),
        case("weights", "regression", weighted=True, **small),
        case("weights of classes", "binary", 2, weighted=True, categorical=[4], **small),
        case(
            "every option", "regression", n_rounds=15, learning_rate=0.05, num_leaves=9, max_depth=3, min_data_in_leaf=4,
            min_gain_to_split=0.01, feature_fraction=0.7, bagging_fraction=0.6, bagging_freq=2, lambda_l1=0.1,
            lambda_l2=1e-05, max_bin=31,
        ),
        # No split: one tree of one leaf, whatever was asked for.
        case("too few rows", "multiclass", 3, n_rounds=5, min_data_in_leaf=100),
    ],
}
with open("crates/lightgbm/tests/golden/trees.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
