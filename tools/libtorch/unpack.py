"""Takes libtorch out of the Python wheels: `unpack.py WHEEL_FOLDER NEW_FOLDER`.

Only what the CPU build needs is written (0.5 GB); zipfile checks every member's CRC, and pip has
checked the SHA-256 of the wheels. Needs nothing but Python 3's standard library.
"""

import pathlib
import shutil
import sys
import zipfile

LIBRARIES = {
    "torch/lib/libtorch_cpu.so",
    "torch/lib/libc10.so",
    "torch/lib/libgomp.so.1",
    "nvidia/cu13/lib/libcudart.so.13",
    "nvidia/cu13/lib/libcupti.so.13",
}
HEADERS = "torch/include/"


def main() -> None:
    wheels, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    (root / "lib").mkdir(parents=True)
    found = set()
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                name = member.filename
                if name in LIBRARIES:
                    target = root / "lib" / pathlib.PurePosixPath(name).name
                    found.add(name)
                elif name.startswith(HEADERS) and not member.is_dir() and ".." not in name:
                    target = root / "include" / name[len(HEADERS) :]
                else:
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, open(target, "wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
    missing = LIBRARIES - found
    if missing:
        sys.exit(f"the wheels in {wheels} lack {', '.join(sorted(missing))}")
    (root / "lib" / "libtorch.so").symlink_to("libtorch_cpu.so")
    (root / "build-version").write_text("2.11.0")


main()
