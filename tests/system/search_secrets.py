#!/usr/bin/env python3
"""Searches every byte of some folders for what tests/system/private_corpus hid.

Arguments: CORPUS shown|hidden|shortcodes FOLDER... Of a secret ten letters in a row (of a number twelve digits) are found,
in upper and lower case, in names of files and in their bytes, in values that HDF5 files hold compressed, and in what pages
embed; so are SHA-256 of secrets and of input files. shown: fails unless everything is found that results without pseudonyms
show. hidden: fails if anything is found but what docs/privacy.md concedes; shortcodes: concedes these, too.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import sys
import zlib

import h5py
import numpy

corpus, mode = sys.argv[1:3]
folders = sys.argv[3:]
with open(os.path.join(corpus, "secrets.json"), encoding="utf-8") as file:
    secrets = json.load(file)

# What docs/privacy.md and docs/inputs.md concede: kinds, and where, below a folder of results or of what commands said.
NAMES = {"file", "folder", "image", "member", "shard"}
CONCEDED = [
    # Captions that the job keeps, and hashtags.
    ({"caption"}, r"posts\.h5ad|export\..*"),
    ({"tag"}, r"(posts|tags|images)\.h5ad|report\.html|export\..*"),
    # The job file, with all paths.
    ({"file", "folder", "shard"}, r"work/job\.json"),
    # Plain digests of photos.
    ({"digest of a photo"}, r"work/.*"),
    # `shoal check` shows what is left out, with names; standard error may say paths.
    (NAMES | {"bad value"}, r"check\..*"),
    ({"column", "column of no field"}, r"check\.folder\..*"),
    ({"file", "folder"}, r".*\.stderr"),
    ({"reason why nothing is left"}, r"run\.nothing\.stderr|check\.folder\.stdout"),
]
if mode == "shortcodes":
    CONCEDED.append(({"shortcode"}, r"posts\.h5ad|missing-images\.csv"))


def add_digests(kind, where, data):
    digest = hashlib.sha256(data).digest()
    forms = digest, digest.hex().encode(), base64.b32encode(digest[:16])
    for form in forms:
        secrets.append({"kind": kind, "where": where, "text": form[:LETTERS], "shown": False})


LETTERS, DIGITS = 10, 12
for secret in list(secrets):
    for text in {secret["text"], secret["text"].lower(), "ig:" + secret["text"]}:
        add_digests("digest of a name", f"{secret['kind']}, {secret['where']}", text.encode())
for folder, _, names in os.walk(os.path.join(corpus, "inputs")):
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.exists(path):  # a link to nothing
            continue
        with open(path, "rb") as file:
            data = file.read()
        is_photo = data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8"))
        add_digests("digest of a photo" if is_photo else "digest of a file", name, data)

# Windows of secrets, and the first eight bytes of each as a number.
windows = {}
for number, secret in enumerate(secrets):
    text = secret["text"].lower()
    text = text.encode() if isinstance(text, str) else text
    length = DIGITS if text.isdigit() else LETTERS
    for begin in range(len(text) - length + 1):
        windows[text[begin : begin + length]] = number
beginnings = numpy.unique(numpy.array([int.from_bytes(window[:8], "little") for window in windows], "<u8"))


def found_in(data):
    """Numbers of the secrets in some bytes."""
    data = data.lower()
    found = set()
    for shift in range(8):
        count = (len(data) - shift) // 8
        if count <= 0:
            break
        numbers = numpy.frombuffer(data, "<u8", count, shift)
        places = numpy.minimum(numpy.searchsorted(beginnings, numbers), len(beginnings) - 1)
        for i in numpy.flatnonzero(beginnings[places] == numbers):
            begin = shift + 8 * int(i)
            for length in (LETTERS, DIGITS):
                number = windows.get(data[begin : begin + length])
                if number is not None:
                    found.add(number)
    return found


def values_of(value):
    """A value of an HDF5 file as bytes."""
    if isinstance(value, numpy.ndarray) and value.dtype != object:
        return value.tobytes()
    if isinstance(value, numpy.ndarray):
        return b"\0".join(values_of(element) for element in value.ravel())
    return value if isinstance(value, bytes) else str(value).encode()


def parts_of_hdf5(file):
    def of(name, thing):
        parts.append(name.encode())
        for key, value in thing.attrs.items():
            parts.append(key.encode() + b"\0" + values_of(value))
        if isinstance(thing, h5py.Dataset):
            parts.append(values_of(thing[()]))

    parts = []
    of("", file)
    file.visititems(of)
    return parts


def inflated(data):
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data)
    return zlib.decompress(data) if data[:1] == b"\x78" else data


def parts_of(path):
    with open(path, "rb") as file:
        data = file.read()
    parts = [data]
    if data.startswith(b"\x89HDF"):
        with h5py.File(path) as file:
            parts += parts_of_hdf5(file)
    for embedded in re.findall(rb"base64,([A-Za-z0-9+/=]+)", data):
        parts.append(inflated(base64.b64decode(embedded)))
    return parts


# The search works: also in chunks that are compressed, and in what a page embeds.
word = next(secret["text"] for secret in secrets if secret["kind"] == "caption").encode()
with h5py.File("chunks.h5", "w") as file:
    file.create_dataset("x", data=numpy.array([b"a" * 500 + word] * 50), chunks=(10,), compression="gzip")
with open("page.html", "wb") as file:
    file.write(b"data:x;base64," + base64.b64encode(gzip.compress(word)))
for name in ("chunks.h5", "page.html"):
    with open(name, "rb") as file:
        assert not found_in(file.read()), f"the search is not tried by {name}"
    assert any(found_in(part) for part in parts_of(name)), f"nothing is found in {name}"
    os.remove(name)

places = {}
read = 0
for top in folders:
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            below = os.path.relpath(path, top)
            for part in [below.encode()] + parts_of(path):
                read += len(part)
                for number in found_in(part):
                    places.setdefault(number, set()).add((top, below))

failures = []
if mode == "shown":
    for number, secret in enumerate(secrets):
        if secret["shown"] and number not in places:
            failures.append(f"not found: the {secret['kind']} {secret['text']} ({secret['where']})")
    if not any(secrets[number]["kind"] == "digest of a photo" for number in places):
        failures.append("not found: the digest of any photo")
else:
    for number, where in sorted(places.items()):
        secret = secrets[number]
        for top, below in sorted(where):
            if not any(secret["kind"] in kinds and re.fullmatch(files, below) for kinds, files in CONCEDED):
                failures.append(f"{top}/{below} holds the {secret['kind']} {secret['text']} ({secret['where']})")
print(f"{len(places)} of {len(secrets)} secrets and digests are in {read} bytes of {', '.join(folders)}")
for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
