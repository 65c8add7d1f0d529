#!/usr/bin/env python3
"""Plays somebody who has the corpus and the results, but not the key of the pseudonyms.

Arguments: RESULTS PROFILES PHOTOS KEY [shortcodes], where posts keep theirs. Guesses which row is which post, account, photo and source from the order of names,
sizes and digests, and looks for names, sizes and digests in every byte outside of work/. The key serves to count how many
guesses are right: no more than chance may be. Prints a line for each attack; exit code 1 if one succeeded.
"""

import base64
import csv
import hashlib
import hmac
import json
import os
import re
import sys
import tarfile

import h5py

results, profiles, photos, key_file = sys.argv[1:5]
shortcodes = sys.argv[5:] == ["shortcodes"]
with open(key_file, "rb") as file:
    KEY = file.read()
failures = []


def content(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def pseudonym(kind, text):
    message = f"{len(kind)}:{kind}:{text}".encode()
    return base64.b32encode(hmac.new(KEY, message, hashlib.sha256).digest()[:16]).decode().lower().rstrip("=")


def piece_digest(data):
    pieces = b"".join(hashlib.sha256(data[i : i + (4 << 20)]).digest() for i in range(0, len(data), 4 << 20))
    return hashlib.sha256(pieces).hexdigest()


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    places = [0] * len(values)
    for place, i in enumerate(order):
        places[i] = place
    return places


def attack(what, guess, truth):
    """guess, truth: the same things, in the order that the attacker takes them to have, and in the one that they have."""
    place = {thing: i for i, thing in enumerate(truth)}
    guess = [thing for thing in guess if thing in place]
    n = len(guess)
    if n < 12:
        failures.append(f"{what}: {n} things are too few to tell anything")
        return
    for direction, order in (("", guess), (", backwards", guess[::-1])):
        at = ranks([place[thing] for thing in order])
        hits = sum(i == j for i, j in enumerate(at))
        distance = sum((i - j) ** 2 for i, j in enumerate(at))
        correlation = 1 - 6 * distance / (n * (n * n - 1))
        print(f"{what}{direction}: {hits} of {n} right, correlation {correlation:+.2f}")
        # One hit is expected whatever n is; seven come about once in ten thousand orders.
        if hits > 6 or abs(correlation) > 4 / n**0.5:
            failures.append(f"{what}{direction}: {hits} of {n} right, correlation {correlation:+.2f}")


def orders(things):
    """Ways to sort (thing, name, data)."""
    yield "names", sorted(things, key=lambda t: t[1].encode())
    yield "sizes", sorted(things, key=lambda t: (len(t[2]), t[1]))
    yield "SHA-256", sorted(things, key=lambda t: (hashlib.sha256(t[2]).digest(), t[1]))
    yield "SHA-256 of pieces", sorted(things, key=lambda t: (piece_digest(t[2]), t[1]))
    yield "SHA-256 of names", sorted(things, key=lambda t: hashlib.sha256(t[1].encode()).digest())


# What the attacker knows.
files = sorted(os.listdir(profiles), key=str.encode)
posts, accounts, named = [], [], []
for name in files:
    data = content(profiles, name)
    try:
        profile = json.loads(data)
    except ValueError:
        continue
    # How many posts an account has is conceded, and who has many is met early: those with one post have no such place.
    if len(profile["posts"]) == 1:
        accounts.append((pseudonym("account", profile["alias"]), name, data))
    for record, post in enumerate(profile["posts"]):
        if not isinstance(post, dict):
            continue
        code = re.search("/p/([^/]*)/", post.get("url") or "")
        key = "ig:" + code.group(1) if code else f"{name} {record}"
        shown = key if shortcodes and code else pseudonym("post", key)
        posts.append((shown, f"{name} {record:06}", data + str(record).encode()))
        if post.get("filename"):
            named.append(post["filename"] if isinstance(post["filename"], str) else post["filename"][0])
images = []
for name in dict.fromkeys(named):
    if os.path.exists(os.path.join(photos, name)):
        data = content(photos, name)
        images.append((pseudonym("image", hashlib.sha256(data).hexdigest()), name, data))
sources = {
    "record": [(pseudonym("source", name), name, content(profiles, name)) for name in files],
    "image": [(pseudonym("source", name), name, data) for _, name, data in images],
}


def texts(file, column):
    values = file["obs"][column]
    if isinstance(values, h5py.Dataset):
        return [text.decode() for text in values[:]]
    categories = [text.decode() for text in values["categories"][:]]  # of which many rows have the same
    return [categories[code] for code in values["codes"][:]]


# Orders of rows, accounts, photos and sources.
with h5py.File(os.path.join(results, "posts.h5ad")) as file:
    index, creators = texts(file, "_index"), list(dict.fromkeys(texts(file, "creator")))
if not set(index) & {post for post, _, _ in posts}:
    failures.append("no post is found under its pseudonym: the attack is void")
for how, things in orders(posts):
    attack(f"posts by {how}", [thing for thing, _, _ in things], index)
for how, things in orders(accounts):
    attack(f"accounts by {how}", [thing for thing, _, _ in things], creators)
if os.path.exists(os.path.join(results, "images.h5ad")):
    with h5py.File(os.path.join(results, "images.h5ad")) as file:
        rows = texts(file, "digest")
        if texts(file, "_index") != [f"image:{i}" for i in range(len(rows))]:
            failures.append("names of images tell more than their row")
    attack("photos by first use", [thing for thing, _, _ in images], rows)
    for how, things in orders(images):
        attack(f"photos by {how}", [thing for thing, _, _ in things], rows)
    with tarfile.open(os.path.join(results, "thumbnails.tar")) as tar:
        members = tar.getmembers()
        numbers = [int(member.name.removesuffix(".jpg")) for member in members]
        if numbers != sorted(numbers) or any(member.mtime or member.uid or member.uname for member in members):
            failures.append("thumbnails have an order, times or owners of their own")
with open(os.path.join(results, "quarantine.csv"), encoding="utf-8", newline="") as file:
    left_out = list(csv.DictReader(file))
# The kind stands in the file, and comes first.
for kind, things_of_kind in sources.items():
    listed = list(dict.fromkeys(row["file"] for row in left_out if row["kind"] == kind))
    for how, things in orders(things_of_kind):
        attack(f"sources of kind {kind} by {how}", [thing for thing, _, _ in things], listed)
for row in left_out:
    if row["record"] or re.search("[0-9]", re.sub("[A-Za-z]-[0-9]+", "", row["reason"])):
        failures.append(f"quarantine.csv tells places or sizes: {row}")

# Names, sizes and digests in any byte.
secrets = {}


def add_secret(what, text):
    if len(text) >= 5:
        secrets[text.encode() if isinstance(text, str) else text] = what


def add_digests(what, data):
    digest = hashlib.sha256(data).digest()
    add_secret(f"SHA-256 of {what}", digest)
    add_secret(f"SHA-256 of {what}", digest.hex())
    add_secret(f"SHA-256 of {what}", base64.b32encode(digest[:16]).decode().lower().rstrip("="))
    add_secret(f"digest of {what} by pieces", piece_digest(data))


for path in (profiles, photos):
    add_secret("path", os.path.abspath(path))
    add_secret("folder", os.path.basename(os.path.dirname(os.path.abspath(path))) + "/" + os.path.basename(path))
# Photos are called by their posts' shortcodes here.
for name in files + [name for _, name, _ in images if not shortcodes]:
    add_secret("name", name)
    add_secret("name", os.path.splitext(name)[0])
    add_digests(f"the name {name}", name.encode())
for post, name, _ in posts:
    add_secret("post", name)
for name in files:
    data = content(profiles, name)
    add_digests(name, data)
    for text in re.findall(rb'"url": "[^"]*/p/([^"/]*)/', data):
        if not shortcodes:
            add_secret("shortcode", text)
        add_digests("a shortcode", b"ig:" + text)
    for text in re.findall(rb'"(?:alias|username)": "([^"]*)"', data):
        add_secret("account", text)
        add_digests("an account", text)
for _, name, data in images:
    add_digests(name, data)
everything = hashlib.sha256()
for name in files:
    everything.update(f"{piece_digest(content(profiles, name))}\n{name}\n".encode())
add_secret("digest of the whole corpus", everything.hexdigest())

sizes = {str(os.path.getsize(os.path.join(path, name))) for path in (profiles, photos) for name in os.listdir(path)}
sizes = {size for size in sizes if len(size) >= 5}  # shorter numbers come about by themselves
sizes.add(str(sum(os.path.getsize(os.path.join(profiles, name)) for name in files)))

read = 0
for folder, _, names in os.walk(results):
    if os.path.relpath(folder, results).split(os.sep)[0] == "work":
        continue
    for name in names:
        data = content(folder, name)
        where = os.path.relpath(os.path.join(folder, name), results)
        read += len(data)
        for secret, what in secrets.items():
            if secret in data or secret.decode("latin-1") in name:
                failures.append(f"{where} holds a {what}: {secret!r}")
        if not name.endswith((".h5ad", ".tar", ".h5")):
            data = re.sub(rb'"process": *[0-9]+', b"", data)
            for number in set(re.findall(rb"(?<![0-9A-Za-z.])[0-9]{5,}(?![0-9A-Za-z.])", data)) & {s.encode() for s in sizes}:
                failures.append(f"{where} holds the size of an input: {number.decode()}")
print(f"{len(secrets)} names and digests and {len(sizes)} sizes were looked for in {read} bytes")

for failure in sorted(set(failures)):
    print("SUCCEEDED:", failure)
sys.exit(1 if failures else 0)
