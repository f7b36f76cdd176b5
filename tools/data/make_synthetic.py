#!/usr/bin/env python3
"""Makes the two small synthetic cohorts of the end-to-end tests.

    python3 tools/data/make_synthetic.py examples/data

Needs numpy. Made with Python 3.11.7, numpy 2.4.6, seed 2026. Nothing in them is real.

grouped-absent: 120 visits of 30 patients, two classes. Every patient has a pattern of their own in
each modality that has nothing to do with the class, so a split by visit is leaky and a split by
patient is honest. A third of the rows lack the image, a quarter the sequence, a fifth the table;
none lacks all three. Cells of the table are missing; it has a categorical column.

regression: 150 rows; the target is a sum of what only the sequence and only the table know, plus
noise. Ids are whole numbers.
"""

import csv
import pathlib
import sys

import numpy as np

SEED = 2026


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def number(value):
    return "" if np.isnan(value) else f"{value:.4g}"


def grouped_absent(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.Generator(np.random.PCG64(SEED))
    n, patients = 120, 30
    patient = np.repeat(np.arange(patients), n // patients)
    label = rng.permutation(np.repeat([0, 1], patients // 2))[patient]
    ids = np.array([f"v{i:03}" for i in rng.permutation(n)])
    names = np.array([f"p{i:02}" for i in rng.permutation(patients)])[patient]

    own_image = rng.normal(size=(patients, 2, 8, 8))
    image = 0.8 * own_image[patient] + 0.5 * rng.normal(size=(n, 2, 8, 8))
    image[:, 0, 2:6, 2:6] += 0.9 * (2 * label - 1)[:, None, None]
    lengths = rng.integers(4, 11, size=n)
    own_steps = rng.normal(size=(patients, 10, 3))
    steps = 0.8 * own_steps[patient] + 0.5 * rng.normal(size=(n, 10, 3))
    steps[:, :, 1] += 0.7 * (2 * label - 1)[:, None] * np.linspace(0, 1, 10)
    numbers = 0.8 * rng.normal(size=(patients, 4))[patient] + 0.5 * rng.normal(size=(n, 4))
    numbers[:, 0] += 0.8 * (2 * label - 1)
    numbers[rng.random(size=numbers.shape) < 0.1] = np.nan
    site = np.where(rng.random(n) < 0.65, label, 1 - label)
    site = np.array(["north", "south"])[site]

    there = np.stack([rng.random(n) >= share for share in (1 / 3, 1 / 4, 1 / 5)])
    there[rng.integers(0, 3, size=n)[~there.any(0)], np.flatnonzero(~there.any(0))] = True
    numbers[there[2] & np.isnan(numbers).all(1), 0] = 0.0

    order = np.argsort(ids)
    write_csv(
        folder / "visits.csv",
        ["visit", "patient", "outcome"],
        [[ids[i], names[i], ["benign", "malignant"][label[i]]] for i in order],
    )
    shown = [i for i in rng.permutation(n) if there[0, i]]
    np.save(folder / "images.npy", image[shown].astype("<f4"))
    write_csv(folder / "images_ids.csv", ["visit"], [[ids[i]] for i in shown])
    write_csv(
        folder / "steps.csv",
        ["visit", "hour", "pulse", "pressure", "oxygen"],
        [
            [ids[i], t, *map(number, steps[i, t])]
            for i in rng.permutation(n)
            if there[1, i]
            for t in range(lengths[i])
        ],
    )
    write_csv(
        folder / "clinic.csv",
        ["visit", "age", "marker_a", "marker_b", "marker_c", "site"],
        [
            [ids[i], *map(number, numbers[i]), site[i] if rng.random() > 0.05 else ""]
            for i in rng.permutation(n)
            if there[2, i]
        ],
    )


def regression(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.Generator(np.random.PCG64(SEED + 1))
    n, length = 150, 12
    slope, level = rng.normal(size=n), rng.normal(size=n)
    time = np.linspace(-1, 1, length)
    steps = slope[:, None] * time + 0.3 * rng.normal(size=(n, length))
    numbers = rng.normal(size=(n, 5))
    numbers[:, 2] = level + 0.2 * rng.normal(size=n)
    target = 10 + 2 * slope + 3 * level + 0.3 * rng.normal(size=n)
    ids = 1000 + rng.permutation(n)
    np.savez_compressed(folder / "curves.npz", curves=steps.astype("<f4")[:, :, None])
    write_csv(
        folder / "rows.csv",
        ["id", "strength", *(f"x{k}" for k in range(5))],
        [
            [ids[i], number(target[i]), *map(number, numbers[i])]
            for i in range(n)
        ],
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_synthetic.py FOLDER")
    grouped_absent(pathlib.Path(sys.argv[1]) / "grouped-absent")
    regression(pathlib.Path(sys.argv[1]) / "regression")
