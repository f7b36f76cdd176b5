"""Files as NumPy, pandas, pyarrow and Pillow write them, for the readers of midfuse-data.

    python tools/golden/data_readers.py crates/data/tests/golden

The folder becomes a cohort of four rows. The values are formulas of the position, which the test
repeats: nothing is random. `versions.json` beside the files states the versions.
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd
import PIL
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

N, C, H, W, T, F = 4, 2, 3, 5, 6, 2
IDS = ["a", "b", "c", "d"]


def values(shape, low=0):
    """Whole numbers that count up in row-major order, so that every type holds them."""
    return (np.arange(np.prod(shape)) % 100 + low).reshape(shape)


def main(out):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    images = values((N, C, H, W))
    np.save(out / "f4.npy", images.astype("<f4"))
    np.save(out / "f2.npy", images.astype("<f2"))
    np.save(out / "f8_big_endian.npy", images.astype(">f8"))
    np.save(out / "i2_big_endian.npy", (images - 50).astype(">i2"))
    np.save(out / "u1_fortran.npy", np.asfortranarray(images.astype("u1")))
    np.save(out / "i8.npy", images.astype("<i8"))
    np.save(out / "bool.npy", images % 2 == 1)
    np.savez(out / "stored.npz", left=images.astype("f4"), right=-images.astype("f4"))
    np.savez_compressed(out / "deflated.npz", images=images.astype("u2"))
    with open(out / "version2.npy", "wb") as file:
        np.lib.format.write_array(file, images.astype("f4"), version=(2, 0))

    sequences = values((N, T, F)).astype("f4")
    np.save(out / "sequences.npy", sequences)
    np.save(out / "lengths.npy", np.array([6, 0, 1, 3]))

    table = pd.DataFrame(
        {
            "id": IDS,
            "number": [0.5, np.nan, -1.0, 2.0],
            "whole": pd.array([1, 2, None, 4], dtype="Int64"),
            "single": np.array([0.1, 0.2, 0.3, 0.4], dtype="f4"),
            "label": ["x", None, "y", "x"],
            "level": pd.Categorical(["low", "high", "low", None]),
            "truth": [True, False, True, False],
            "day": pd.to_datetime(["2000-02-29", "1969-12-31", "1970-01-01", "2024-01-01"]).date,
        }
    )
    table.to_parquet(out / "table.parquet", compression="snappy")
    shuffled = table.iloc[[2, 0, 3, 1]].set_index("id")
    shuffled.to_parquet(out / "indexed.parquet", compression="zstd")
    pq.write_table(
        pa.table({"id": IDS, "list": [[1], [2], [3], [4]]}), out / "nested.parquet"
    )
    table.to_csv(out / "table.csv", index=False)
    table.to_csv(out / "table.tsv", index=False, sep="\t")

    grey = values((N, H, W))
    colour = values((N, 3, H, W))
    for i, name in enumerate(IDS):
        Image.fromarray(grey[i].astype("u1")).save(out / f"{name}.png")
        Image.fromarray(colour[i].transpose(1, 2, 0).astype("u1")).save(out / f"{name}.bmp")
        Image.fromarray((grey[i] * 600).astype("u2")).save(out / f"{name}.tiff")
        Image.fromarray(np.full((8, 8), 40 * i, dtype="u1")).save(out / f"{name}.jpg", quality=95)

    versions = {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "pyarrow": pa.__version__,
        "pillow": PIL.__version__,
        "seed": None,
        "tolerance": "exact; 2 of 255 for JPEG",
    }
    (out / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
