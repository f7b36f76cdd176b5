"""A ledger of the first version, by another implementation of its format (hashlib only).

    python tools/golden/eval_ledger.py crates/eval/tests/golden/ledger-0.1.jsonl

Eight rows `row-00` to `row-07`, known by their ids, were sealed and opened, and one score was
disclosed. Lines of this version hold neither ids nor modalities nor hashes of predictions.
"""
import hashlib
import json
import sys

TIME = 1767225600


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def row_hash(*parts):
    digest = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else part.encode()
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()[:16]


rows = sorted(row_hash("id", f"row-{i:02}") for i in range(8))
hexes = [row.hex() for row in rows]
plan = {
    "primary": "mse",
    "comparisons": [{"better": "concat", "than": "best-single"}],
    "margin": 0.01,
}
events = [
    {"event": "sealed", "rows": hexes, "plan": plan},
    {"event": "opened", "rows": hexes},
    {"event": "disclosed", "what": "concat", "measure": "mse", "rows": row_hash(*rows).hex()},
]
previous, lines = "", []
for line, event in enumerate(events, 1):
    digest = hashlib.sha256(compact([line, TIME, previous, event]).encode()).hexdigest()
    lines.append(compact({"line": line, "time": TIME, "previous": previous, "event": event, "hash": digest}))
    previous = digest
with open(sys.argv[1], "w") as out:
    out.write("".join(line + "\n" for line in lines))
with open(sys.argv[1] + ".head", "w") as out:
    out.write(compact({"lines": len(lines), "hash": previous}))
