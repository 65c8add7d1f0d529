#!/usr/bin/env python3
"""Compares results under names with those of the same job under pseudonyms, whose rows stand in another order.

Arguments: NAMES PSEUDONYMS KEY. Every post must have the labels, numbers and photo that it has under its name, and every
photo its own; exit code 1 and a line for each difference otherwise.
"""

import base64
import hashlib
import hmac
import os
import sys

import anndata
import numpy as np

names, pseudonyms, key_file = sys.argv[1:4]
with open(key_file, "rb") as file:
    KEY = file.read()
differences = []


def pseudonym(kind, text):
    message = f"{len(kind)}:{kind}:{text}".encode()
    return base64.b32encode(hmac.new(KEY, message, hashlib.sha256).digest()[:16]).decode().lower().rstrip("=")


def table(folder, name):
    return anndata.read_h5ad(os.path.join(folder, name + ".h5ad"))


def dense(matrix):
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)


def compare(plain, hidden, order, columns, what):
    """order: for each row of plain its row of hidden."""
    if len(order) != hidden.n_obs or sorted(order) != list(range(hidden.n_obs)):
        differences.append(f"{what}: rows are not those of the other results")
        return
    moved = hidden.obs.iloc[order]
    if not np.array_equal(dense(plain.X), dense(hidden.X)[order]):
        differences.append(f"{what}: X")
    for column in columns:
        if list(map(str, plain.obs[column])) != list(map(str, moved[column])):
            differences.append(f"{what}: {column}")


def distances_of_exemplars(posts, images, name):
    """Of photos that are equally near, others are shown under another key: how near they are stays the same."""
    grouping = posts.uns["shoal"]["clusterings"][name]
    rows = posts.obs if name + "_distance" in posts.obs else images.obs
    shows = [-1 if np.isnan(row) else int(row) for row in rows["image_row"]] if rows is posts.obs else range(len(rows))
    nearest = {}
    for group, distance, image in zip(map(str, rows[name]), rows[name + "_distance"], shows):
        nearest[group, image] = min(distance, nearest.get((group, image), np.inf))
    return [
        [nearest.get((str(group), int(image))) for image in images_of_group if image >= 0]
        for group, images_of_group in zip(grouping["names"], np.asarray(grouping["exemplars"]))
    ]


posts, hidden_posts = table(names, "posts"), table(pseudonyms, "posts")
images, hidden_images = table(names, "images"), table(pseudonyms, "images")
place = {name: i for i, name in enumerate(hidden_posts.obs_names)}
order = [place.get(pseudonym("post", name), -1) for name in posts.obs_names]
# What names posts, accounts and sources is not there under pseudonyms, or is another text.
NAMING = ("creator", "creator_name", "creator_followers", "creator_followees", "creator_posts", "shortcode", "permalink",
          "source_file", "source_record", "place", "caption", "mentioned", "image_row")
columns = [c for c in posts.obs.columns if c not in NAMING]
compare(posts, hidden_posts, order, columns, "posts")
if len(set(hidden_images.obs["digest"])) != hidden_images.n_obs:
    sys.exit("photos of this test must differ")
place = {digest: i for i, digest in enumerate(hidden_images.obs["digest"])}
image_order = [place.get(pseudonym("image", digest), -1) for digest in images.obs["digest"]]
compare(images, hidden_images, image_order, [c for c in images.obs.columns if c not in ("name", "digest")], "images")
if not differences:
    accounts = [pseudonym("account", name) if name else "" for name in posts.obs["creator"]]
    if accounts != list(hidden_posts.obs["creator"].iloc[order]):
        differences.append("posts: creator")
    mentioned = [" ".join(pseudonym("account", name) for name in names.split()) for names in posts.obs["mentioned"]]
    if mentioned != list(hidden_posts.obs["mentioned"].iloc[order]):
        differences.append("posts: mentioned")
    expected = [-1 if np.isnan(row) else image_order[int(row)] for row in posts.obs["image_row"]]
    found = [-1 if np.isnan(row) else int(row) for row in hidden_posts.obs["image_row"].iloc[order]]
    if expected != found:
        differences.append("posts: image_row")
    for name, grouping in posts.uns["shoal"]["clusterings"].items():
        if distances_of_exemplars(posts, images, name) != distances_of_exemplars(hidden_posts, hidden_images, name):
            differences.append(f"exemplars of {name}")
print("\n".join(differences) or f"{posts.n_obs} posts and {images.n_obs} images are the same")
sys.exit(1 if differences else 0)
