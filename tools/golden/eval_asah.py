"""Ranks of the 113 rows of pROC's aSAH example, for its published DeLong tests.

    python tools/golden/eval_asah.py aSAH.RData > crates/eval/tests/golden/asah.json

`aSAH.RData` comes with the R package pROC (data of Turck et al. 2010). The AUC and DeLong's test depend on
the order of the scores alone, so dense ranks stand for them here and the measurements stay where they are.
The expected values are those of pROC's own tests (`tests/testthat/test-roc.test.R`), typed by hand.
"""
import json
import sys

import numpy as np
import rdata

data = rdata.read_rda(sys.argv[1])["aSAH"]


def ranks(column):
    values = np.asarray(data[column].astype(str).astype(float))
    return np.unique(values, return_inverse=True)[1].tolist()


json.dump(
    dict(
        made_by="tools/golden/eval_asah.py",
        versions=dict(rdata=rdata.__version__, numpy=np.__version__),
        positive=(data["outcome"].astype(str) == "Poor").tolist(),
        ranks={name: ranks(name) for name in ("wfns", "s100b", "ndka")},
        tests=[
            dict(a="wfns", b="s100b", z=2.20898359144091, p=0.0271757822291882),
            dict(a="wfns", b="ndka", z=2.79777591868904, p=0.00514557970691098),
            dict(a="ndka", b="s100b", z=-1.39077002573558, p=0.164295175223054),
        ],
    ),
    sys.stdout, separators=(",", ":"),
)
print()
