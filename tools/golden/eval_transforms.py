"""Golden values of the transforms, from scikit-learn.

    python tools/golden/eval_transforms.py > crates/eval/tests/golden/transforms.json

Columns: ordinary, large offset, constant, constant with a rounding error, half missing; train rows
and new rows, with categories that train lacks.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

SEED = 20261123
rng = np.random.default_rng(SEED)


def table(n):
    x = np.stack(
        [
            rng.normal(size=n),
            1e6 + rng.normal(size=n),
            np.full(n, 3.7),
            np.full(n, 0.1) + 1e-17 * np.arange(n),
            rng.normal(size=n) * 5 - 2,
        ],
        axis=1,
    )
    x[::2, 4] = np.nan
    x[1, 0] = np.nan
    return x


def flat(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in np.asarray(x, dtype=float)]


train, new = table(11), table(4)
new[2, 1] = np.nan
NA = np.nan  # what scikit-learn takes for missing; None would be a category
letters = np.array([["b", "x"], ["a", "y"], ["b", NA], ["c", "x"], [NA, "z"]], dtype=object)
unseen = np.array([["a", "x"], ["q", "z"], [NA, NA], ["c", "w"]], dtype=object)


def texts(x):
    return [[v if isinstance(v, str) else None for v in row] for row in x]


scaler = StandardScaler().fit(train)
out = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "seed": SEED,
    "tolerance": "1e-12 relative",
    "train": flat(train),
    "new": flat(new),
    "standardised": {
        "mean": scaler.mean_.tolist(),
        "scale": scaler.scale_.tolist(),
        "new": flat(scaler.transform(new)),
    },
    "imputed": {},
    "letters": texts(letters),
    "unseen": texts(unseen),
}
for name, options in {
    "mean": {"strategy": "mean"},
    "median": {"strategy": "median"},
    "constant": {"strategy": "constant", "fill_value": -1.5},
}.items():
    imputer = SimpleImputer(add_indicator=True, keep_empty_features=True, **options).fit(train)
    out["imputed"][name] = flat(imputer.transform(new))

codes = OrdinalEncoder(
    handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
).fit(letters)
out["codes"] = codes.transform(unseen).astype(int).tolist()
# A missing value is a category of its own in scikit-learn: its columns are left out here.
one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(letters)
known = np.concatenate([[isinstance(c, str) for c in column] for column in one_hot.categories_])
out["one_hot"] = one_hot.transform(unseen)[:, known].astype(int).tolist()
json.dump(out, sys.stdout, indent=1)
print()
