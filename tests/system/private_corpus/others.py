"""What is read by a mapping, exports of Shoal, and vectors of other models."""

import json
import struct

from folder import WHAT, Folder, put
from hidden import hidden
from packing import csv_of, json_of

MAPPING = """platform = "x"
[corpus.columns]
id = "tweet"
caption = "text"
taken_at = "created"
tags = "words"
creator = "user.screen_name"
creator_id = "user.id"
creator_name = "user.name"
mentions = "named"
image = "photo"
place = "where"
likes = "faves"
"""


def mapped():
    """Posts of X, as a table and as JSON of no known format."""
    f = Folder("mapped")
    f.columns = MAPPING
    columns = "tweet text created words user.screen_name user.id user.name named photo where faves".split()
    columns.append(f.secret("column", "of no field", shown=False))

    def row(what):
        return [hidden.account_number("mapped: a post"), f.caption(), "2024-05-01T10:00:00Z", f.own_tag(),
                f.handle("creator"), f.number(), f.secret("display name"), f.handle("mentions"), f.image(what=what),
                f.secret("place"), 5, f.ignored()]

    bad = ["\a" + f.bad("id"), "", f.bad("time"), "", "a/" + f.bad("creator", shown=False), "", "",
           "a/" + f.bad("mention"), "/" + f.bad("absolute image name"), "", f.bad("likes"), ""]
    f.file(".csv", csv_of([columns] + [row(what) for what in WHAT] + [bad, bad[:3]]))

    def record(cells):
        fields = dict(zip(columns, cells))
        user = {name: fields.pop("user." + name) for name in ("screen_name", "id", "name")}
        return json_of({**fields, "user": user}) + "\n"

    cut = '{"tweet": "' + f.bad("line that breaks off", shown=False) + "\n"
    f.file(".ndjson", "".join(record(row(what)) for what in WHAT) + cut)
    with hidden.not_shown():
        other = [[f.secret("column", "of a table of no posts"), "b"], [f.bad("cell of a table of no posts"), 1]]
    f.file(".csv", csv_of(other), "a table of no posts")


EXPORT_COLUMNS = ("shoal_post platform shortcode creator creator_id creator_name taken_at caption tags mentions likes "
                  "media image image_url place source_file source_record").split()


def export_of_shoal():
    """By its documented columns; the test has the program write a real one of the posts of all other formats."""
    f = Folder("export")

    def row(what):
        code = f.code()
        image = f.image(what=what)
        return {"shoal_post": f"ig:{code}", "platform": "instagram", "shortcode": code, "creator": f.handle("creator"),
                "creator_id": f.number(), "creator_name": f.secret("display name"), "taken_at": "2020-05-01T12:00:00Z",
                "caption": f.caption(), "tags": [f.secret("tag", "list"), "shared0"],
                "mentions": [f.handle("mentions")], "likes": 5, "media": "image", "image": [image],
                "image_url": f.address(image), "place": f.secret("place"), "source_file": f.ignored(),
                "source_record": 1}

    for form in ("csv", "jsonl"):
        rows = [row(what) for what in WHAT]
        rows.append({**rows[0], "shoal_post": "ig:" + f.bad("id"), "platform": f.bad("platform") + "!",
                     "shortcode": f.bad("shortcode"), "taken_at": f.bad("time"), "media": f.bad("media"),
                     "caption": ""})
        if form == "jsonl":
            f.file(".jsonl", "".join(json_of(one) + "\n" for one in rows), form)
            continue
        table = [[json.dumps(cell) if isinstance(cell, list) else cell for cell in one.values()] for one in rows]
        shifted = [f.bad("cell of a shifted row", shown=False)] * 30
        f.file(".csv", csv_of([EXPORT_COLUMNS] + table + [shifted]), form)


def given_vectors(codes):
    """Vectors of some posts, as JSON and as NumPy writes them; ids that fit nothing, and one that cannot be used."""
    with hidden.not_shown():
        surplus = [hidden.word("id of a vector", "surplus") for _ in range(2)]
        numpy, ids = (hidden.word("file", f"vectors: {what}") for what in ("NumPy", "ids"))
    rows = [[hidden.random.random() for _ in range(3)] for _ in range(4)]
    vectors = {name: [str(number) for number in row] for name, row in zip(codes[:3] + surplus[:1], rows)}
    vectors[codes[3]] = ["nan", "1", "2"]
    put(f"vectors/{hidden.word('file', 'vectors: JSON')}.json", json.dumps(vectors))
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }".ljust(117) + "\n"
    numbers = struct.pack("<9f", *rows[0], *rows[1], *rows[2])
    put(f"vectors/{numpy}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + numbers)
    put(f"vectors/{ids}.txt", "\n".join(codes[:2] + surplus[1:]) + "\n")
