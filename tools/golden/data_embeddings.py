"""Embeddings as NumPy, pandas and pyarrow write them, for the readers of midfuse-data.

    python tools/golden/data_embeddings.py crates/data/tests/golden

The vectors are those of the rows `a` to `d`: value `j` of row `i` is `(3 i + j) / 4`, which every
floating-point type holds; nothing is random. `embedding_versions.json` states the versions.
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

N, D = 4, 3
IDS = ["a", "b", "c", "d"]
VECTORS = np.arange(N * D).reshape(N, D) / 4
# Row b has no vector, and the others come in another order.
ORDER = [3, 0, 2]


def main(out):
    out = pathlib.Path(out)
    for dtype in ("f2", "f4", "f8"):
        np.save(out / f"embedding_{dtype}.npy", VECTORS.astype(dtype))
    some, ids = VECTORS[ORDER], [IDS[i] for i in ORDER]
    np.save(out / "embedding_some.npy", some.astype("f4"))
    np.save(out / "embedding_ids_text.npy", np.array(ids))
    np.save(out / "embedding_ids_bytes.npy", np.array(ids, dtype="S"))
    pd.DataFrame({"id": ids}).to_csv(out / "embedding_ids.csv", index=False)
    np.savez(out / "embedding_by_id.npz", **{IDS[i]: VECTORS[i].astype("f4") for i in ORDER})
    rows = {IDS[i]: VECTORS[i : i + 1].astype("f2") for i in ORDER}
    np.savez_compressed(out / "embedding_by_id_rows.npz", **rows)
    np.savez(out / "embedding_parallel.npz", vectors=some.astype("f4"), names=np.array(ids))
    numbers = np.array(ORDER)
    np.savez(out / "embedding_numbers.npz", vectors=some.astype("f8"), rows=numbers)
    objects = np.array(ids, dtype=object)
    np.savez(out / "embedding_objects.npz", vectors=some.astype("f4"), names=objects)
    ragged = np.empty(N, dtype=object)
    ragged[:] = list(VECTORS)
    np.save(out / "embedding_objects.npy", ragged, allow_pickle=True)

    lists = [None if i == 1 else list(VECTORS[i]) for i in range(N)]
    for name, kind in [
        ("list", pa.list_(pa.float32())),
        ("double", pa.list_(pa.float64())),
        ("half", pa.list_(pa.float16())),
        ("fixed", pa.list_(pa.float32(), D)),
    ]:
        values = lists
        if name == "half":
            values = [None if v is None else [np.float16(x) for x in v] for v in lists]
        table = pa.table({"id": IDS, "vector": pa.array(values, kind), "other": IDS})
        pq.write_table(table, out / f"embedding_{name}.parquet")
    defects = {
        "ragged": [[0, 1, 2], None, [3, 4], [5, 6, 7]],
        "nan": [[0, 1, 2], [3, np.nan, 4], None, None],
        "gap": [None, None, [0, 1, 2], [3, 4, None]],
    }
    for name, values in defects.items():
        table = pa.table({"id": IDS, "vector": pa.array(values, pa.list_(pa.float32()))})
        pq.write_table(table, out / f"embedding_{name}.parquet")
    nested = pa.table({"id": IDS, "vector": [[[1.0]], [[2.0]], None, None]})
    pq.write_table(nested, out / "embedding_nested.parquet")
    columns = {f"e{j}": [None if i == 1 else VECTORS[i, j] for i in range(N)] for j in range(D)}
    # Not in the order of the numbers.
    frame = pd.DataFrame({"e2": columns["e2"], "id": IDS, "e0": columns["e0"], "e1": columns["e1"]})
    frame.astype({f"e{j}": "f4" for j in range(D)}).to_parquet(out / "embedding_columns.parquet")
    frame.to_csv(out / "embedding_columns.csv", index=False)

    versions = {
        "made_by": "tools/golden/data_embeddings.py",
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "pyarrow": pa.__version__,
        "seed": "none: every value is a formula of its position",
        "tolerance": 0,
    }
    (out / "embedding_versions.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
