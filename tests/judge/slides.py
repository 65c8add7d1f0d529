#!/usr/bin/env python3
"""Judges the images of all slides: slides.py make CORPUS | judge CORPUS OUT | vectors CORPUS | given OUT | hidden OUT PSEUDONYMS

make: turns every other post of a made corpus into an album, with photos that posts share, names that no file has, one
that differs in case, one photo twice in a post, one file that is no photo, one that breaks off and one that a single
post shows, and writes what each post names to slides.json. judge: compares posts.h5ad, images.h5ad and
missing-images.csv with that, as AnnData reads them. vectors: writes a vector for most names of photos, also of such
as no file has. given: compares what became of them, as rows of images and as rows of posts. hidden: compares results
under pseudonyms, whose rows stand in another order. Exit 77: anndata is not installed.
"""

import csv
import glob
import json
import os
import sys

try:
    import anndata
    import numpy as np
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-anndata to judge slides", file=sys.stderr)
    sys.exit(77)

NO_PHOTO, BROKEN = 3, 11


def make(corpus):
    photos = sorted(os.listdir(f"{corpus}/photos"))
    with open(f"{corpus}/photos/{photos[NO_PHOTO]}", "w", encoding="utf-8") as file:
        file.write("no photo")
    with open(f"{corpus}/photos/{photos[BROKEN]}", "r+b") as file:
        file.truncate(os.path.getsize(f"{corpus}/photos/{photos[BROKEN]}") // 3)
    with open(f"{corpus}/photos/{photos[5]}", "rb") as file:
        alone = file.read() + b"x"
    with open(f"{corpus}/photos/alone.jpg", "wb") as file:
        file.write(alone)
    slides, number = {}, 0
    for path in sorted(glob.glob(f"{corpus}/profiles/**/*.json", recursive=True)):
        with open(path, encoding="utf-8") as file:
            profile = json.load(file)
        for post in profile["posts"]:
            names = post["filename"] if isinstance(post["filename"], list) else [post["filename"]]
            if number % 2 == 1:
                names = [photos[number // 2 * step % most] for step, most in ((7, 30), (1, 30), (7, 30), (5, 40))]
                if number % 3 == 0:
                    names[0] = f"gone-{number % 9}.jpg"
                if number % 5 == 0:
                    names[1] = names[1].upper()
                if number % 7 == 0:
                    names.append(f"lost-{number}.jpg")
                if number == 101:
                    names.append("alone.jpg")
                post["filename"] = names
                post["urlImage"] = [f"https://cdn.example/{name}" for name in names]
                post["multipleImage"] = True
            slides["ig:" + post["url"].rstrip("/").split("/")[-1]] = names
            number += 1
        with open(path, "w", encoding="utf-8") as file:
            json.dump(profile, file, ensure_ascii=False)
    with open("slides.json", "w", encoding="utf-8") as file:
        json.dump(slides, file)


def expect(what, found, expected):
    if list(found) != list(expected):
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(found, expected)) if a != b]
        sys.exit(f"{what}: {len(found)} values, {len(expected)} expected; {pairs[:3]}")


def judge(corpus, out):
    posts, images = (anndata.read_h5ad(f"{out}/{table}.h5ad") for table in ("posts", "images"))
    with open("slides.json", encoding="utf-8") as file:
        slides = json.load(file)
    photos = sorted(os.listdir(f"{corpus}/photos"))
    files = {name: name for name in photos} | {name.upper(): name for name in photos}
    unreadable = {photos[NO_PHOTO], photos[BROKEN]}
    rows, first, shown_by, missing, links, states, image_rows = {}, [], [], [], [], [], []
    for post, name in enumerate(posts.obs_names):
        link, state = {}, "none"
        for slide, image in enumerate(slides[name], 1):
            file = files.get(image)
            if file is None:
                missing.append([name, image, "no file has this name", str(slide)])
            elif file not in unreadable:
                if file not in rows:
                    rows[file] = len(rows)
                    first.append((post, slide))
                    shown_by.append(set())
                shown_by[rows[file]].add(post)
                link.setdefault(rows[file], slide)
            if state == "none":
                state = "missing" if file is None else "unreadable" if file in unreadable else "present"
        links.append(link)
        states.append("present" if link else state)
        image_rows.append(min(link, key=link.get) if link else -1)
    expect("names of images", images.obs["name"], rows)
    expect("first posts", images.obs["post"].astype(int), [post for post, _ in first])
    expect("first slides", images.obs["slide"], [slide for _, slide in first])
    expect("posts of images", images.obs["posts"], [len(shown) for shown in shown_by])
    expect("states", posts.obs["image_state"].astype(str), states)
    expect("rows of images", posts.obs["image_row"].fillna(-1).astype(int), image_rows)
    link = posts.obsm["images"].tocsr()
    if link.shape != (posts.n_obs, images.n_obs):
        sys.exit(f"the link is of {link.shape}")
    expect("links", [dict(zip(link[i].indices, link[i].data)) for i in range(posts.n_obs)], links)
    with open(f"{out}/missing-images.csv", encoding="utf-8", newline="") as file:
        expect("missing images", list(csv.reader(file))[1:], missing)
    facts = posts.uns["shoal"]["images"]
    expect("counts", [int(facts[key]) for key in ("slides", "slides_missing", "posts_missing", "posts_with_image")],
           [sum(map(len, slides.values())), len(missing), len({row[0] for row in missing}), states.count("present")])
    labels = images.obs["looks"].astype(str).to_numpy()
    expect("groups of posts", posts.obs["looks"].astype(str),
           [labels[row] if row >= 0 else "nan" for row in image_rows])
    print(f"{posts.n_obs} posts, {images.n_obs} images, {len(missing)} missing")


def vectors(corpus):
    names = sorted(os.listdir(f"{corpus}/photos"))[::-1]
    names = [name for i, name in enumerate(names) if i % 4 != 2] + ["gone-3.jpg", "nobody.jpg"]
    np.save("vectors.npy", np.random.default_rng(5).normal(size=(len(names), 6)).astype("float32"))
    with open("vectors.txt", "w", encoding="utf-8") as file:
        file.write("".join(f"{name}\n" for name in names))


def given(out):
    posts, images = (anndata.read_h5ad(f"{out}/{table}.h5ad") for table in ("posts", "images"))
    with open("slides.json", encoding="utf-8") as file:
        slides = json.load(file)
    with open("vectors.txt", encoding="utf-8") as file:
        vector_of = dict(zip(file.read().split("\n"), np.load("vectors.npy")))
    none = np.zeros(6, dtype="float32")
    # The first set of the job file is X.
    expect("vectors of images", [row.tobytes() for row in images.X],
           [vector_of.get(name, none).tobytes() for name in images.obs["name"]])
    expect("images with a vector", images.obs["looks_of_images_present"],
           [name in vector_of for name in images.obs["name"]])
    first = [next((vector_of[name] for name in slides[post] if name in vector_of), none) for post in posts.obs_names]
    expect("vectors of posts", [row.tobytes() for row in posts.obsm["looks_of_posts"]], [v.tobytes() for v in first])
    facts = images.uns["shoal"]["vectors"]["looks_of_images"]
    present = int(images.obs["looks_of_images_present"].sum())
    expect("counts", [int(facts[key]) for key in ("read", "used", "surplus", "images", "missing")],
           [len(vector_of), present, len(vector_of) - present, present, images.n_obs - present])


def shown(out):
    """What each post shows, without names: numbers of slides, sizes, features; in whatever order."""
    posts, images = (anndata.read_h5ad(f"{out}/{table}.h5ad") for table in ("posts", "images"))
    link = posts.obsm["images"].tocsr()
    features = np.asarray(images.X)
    for image, (post, slide) in enumerate(zip(images.obs["post"].astype(int), images.obs["slide"])):
        if link[post, image] != slide:
            sys.exit(f"{out}: image {image} is not slide {slide} of post {post}")
    rows = []
    for i in range(posts.n_obs):
        of_post = sorted((int(slide), features[row].tobytes(), int(images.obs["posts"].iloc[row]))
                         for row, slide in zip(link[i].indices, link[i].data))
        row = posts.obs["image_row"].iloc[i]
        rows.append((str(posts.obs["likes"].iloc[i]), str(posts.obs["taken_at"].iloc[i]), str(posts.obs["looks"].iloc[i]),
                     None if np.isnan(row) else features[int(row)].tobytes(), of_post))
    return sorted(rows, key=repr)


if sys.argv[1] == "make":
    make(sys.argv[2])
elif sys.argv[1] == "judge":
    judge(*sys.argv[2:4])
elif sys.argv[1] == "vectors":
    vectors(sys.argv[2])
elif sys.argv[1] == "given":
    given(sys.argv[2])
elif shown(sys.argv[2]) != shown(sys.argv[3]):
    sys.exit("under pseudonyms posts show other images")
