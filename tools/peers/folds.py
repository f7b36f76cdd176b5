"""The outer folds of a study, as its folds.csv has them; rows are named by a letter and their number."""
import csv


def folds(path):
    """Of each fold the numbers of its train and its test rows."""
    sides = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            of_fold = sides.setdefault(int(row["fold"]), {"train": [], "test": []})
            of_fold[row["side"]].append(int(row["row"][1:]))
    return [sides[fold] for fold in sorted(sides)]
