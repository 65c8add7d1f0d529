"""What browsers collect: Zeeschuimer, 4CAT, CrowdTangle; and such files compressed."""

import gzip
import json
import lzma

from folder import WHAT, Folder, put
from hidden import hidden
from packing import csv_of, json_of, zipped, zstandard


def item(f, image):
    number, code = f.post_number()
    user = {"username": f.handle("user"), "full_name": f.secret("display name"), "id": f.number()}
    return {
        "id": f"{number}_{user['id']}", "pk": number, "code": code, "taken_at": 1699990000, "media_type": 1,
        "caption": {"text": f.caption()}, "like_count": 12, "comment_count": 3, "user": user,
        "owner": {"id": user["id"]}, "accessibility_caption": f.ignored(),
        "usertags": {"in": [{"user": {"username": f.handle("usertags"), "full_name": f.ignored()}}]},
        "coauthor_producers": [{"username": f.handle("coauthors")}],
        "location": {"pk": 1, "name": f.secret("place"), "lat": 50.9, "lng": 6.9},
        "image_versions2": {"candidates": [{"url": f.address(image)}]},
    }


def around(f, data, platform="instagram.com"):
    return {"nav_index": "2:33:NaN", "item_id": data.get("id", "1_2"), "timestamp_collected": 1700000000000,
            "source_platform": platform, "source_platform_url": "https://www.instagram.com/" + f.ignored(),
            "user_agent": f.ignored(), "data": data, "id": 17}


def bad_lines(f):
    odd = {"code": f.bad("shortcode") + "~", "taken_at": f.quoted("time"), "like_count": f.bad("likes"),
           "user": {"username": "a/b" + f.bad("user", shown=False)}, "location": {"name": f.bad("place") + "\ax"}}
    return [
        json_of(around(f, {"id": "1"}, f.bad("platform", shown=False) + ".com")),
        json_of({"source_platform": "instagram.com", "data": odd}),
        '{"nav_index": 1, "data": {"code": "' + f.bad("line that breaks off", shown=False),
        f'["{f.bad("line that is no object", shown=False)}"]',
        json_of({"source_platform": "instagram.com", "data": {"pk": f.ignored("number"), "product_type": "ad"}}),
    ]


def lines_of(lines):
    return "".join(line + "\n" for line in lines)


def zeeschuimer():
    f = Folder("zeeschuimer")
    items = [around(f, item(f, f.image(what=what))) for what in WHAT]
    f.file(".ndjson", lines_of([json_of(one) for one in items[:2]] + bad_lines(f)))
    f.file(".json", json.dumps(items[2], indent=1), "a pretty-printed item")
    cut = ', {"data": {"code": "' + f.bad("list that breaks off", shown=False)
    f.file(".json", "[" + json.dumps(items[3]) + cut, "a list")


def four_cat_ndjson():
    f = Folder("4cat-ndjson")
    lines = []
    for what in WHAT:
        line = around(f, item(f, f.image(what=what)))
        lines.append(json_of({**line.pop("data"), "__import_meta": line}))
    f.file(".ndjson", lines_of(lines))


FOUR_CAT_COLUMNS = (
    "collected_from_url id timestamp thread_id parent_id url body author_id author author_fullname verified "
    "author_avatar_url coauthors coauthor_fullnames coauthor_ids media_type num_media image_urls media_urls hashtags "
    "usertags play_count likes_hidden num_likes num_comments location_name location_id location_latlong location_city "
    "unix_timestamp missing_media"
).split()


def four_cat_row(f, image):
    code = f.code()
    return {
        "collected_from_url": "https://x.y/" + f.ignored(), "id": code, "timestamp": "2023-11-14 19:26:40",
        "thread_id": code, "url": f"https://www.instagram.com/p/{code}/", "body": f.caption(),
        "author_id": f.number(), "author": f.handle("author"), "author_fullname": f.secret("display name"),
        "author_avatar_url": "https://x.y/" + f.ignored(), "coauthors": f.handle("coauthors"),
        "coauthor_fullnames": f.ignored(), "media_type": "photo", "num_media": 1, "image_urls": f.address(image),
        "hashtags": f.own_tag(), "usertags": f.handle("usertags"), "likes_hidden": "no", "num_likes": 4,
        "num_comments": 2, "location_name": f.secret("place"), "location_latlong": "50.9,6.9",
        "unix_timestamp": 1699990000,
    }


def four_cat_csv(rows, more=()):
    table = [FOUR_CAT_COLUMNS] + [[row.get(column, "") for column in FOUR_CAT_COLUMNS] for row in rows]
    return csv_of(table + list(more))


def four_cat_table():
    """The table, and the archive of its photos, whose names are other ones than those in addresses."""
    f = Folder("4cat-table")
    f.images = [f.path + "/archives"]
    rows, members, listed = [], [], {}
    for what in WHAT:
        member = f.secret("member", shown=False) + ".jpg"
        rows.append(four_cat_row(f, f.secret("image", "name in an address") + ".jpg"))
        if what != "a missing photo":
            members.append((member, f.photo(what)))
            listed[rows[-1]["image_urls"]] = {"filename": member, "success": True, "from_dataset": f.ignored()}
    rows.append({**rows[0], "id": "", "url": "", "body": "", "image_urls": "", "unix_timestamp": f.quoted("time"),
                 "num_likes": f.bad("likes")})
    f.file(".csv", four_cat_csv(rows, [[f.bad("cell of a shifted row", shown=False) for _ in range(40)]]))
    members.append((".metadata.json", json_of(listed)))
    put(f"{f.path}/archives/{f.secret('shard', shown=False)}.zip", zipped(members))
    cut = zipped([(f.secret("member", shown=False) + ".jpg", b"x")])[:-30]
    put(f"{f.path}/archives/{f.secret('shard', 'an archive without its end')}.zip", cut)


def crowdtangle():
    f = Folder("crowdtangle")
    rows = ["Account,User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Photo,Title,"
            "Description".split(",")]
    for what in WHAT:
        address = f"https://www.instagram.com/p/{f.code()}/"
        rows.append([f.secret("display name"), f.handle("user name"), 1000, "2020-05-01 12:34:56 EDT", "Photo", 4, 5,
                     0, address, address, f.address(f.image(what=what)), f.ignored(), f.caption()])
    bad = list(rows[1])
    bad[3], bad[5], bad[8], bad[12] = f.bad("time") + " EDT", f.bad("likes"), "", ""
    f.file(".csv", csv_of(rows + [bad, [f.bad("cell of a shifted row", shown=False)] * 3]))


def packed():
    """What others have as text, compressed."""
    f = Folder("packed")
    for pack, suffix in ((gzip.compress, "gz"), (zstandard, "zst"), (lzma.compress, "xz")):
        lines = [json_of(around(f, item(f, f.image(what=what)))) for what in WHAT[1:]] + bad_lines(f)
        f.file(f".ndjson.{suffix}", pack(lines_of(lines).encode()), suffix)
    f.file(".csv.gz", gzip.compress(four_cat_csv([four_cat_row(f, f.image())]).encode()), "a table")
    profile = json_of({"alias": f.handle("alias"), "posts": [{"description": f.caption()}]})
    f.file(".json.gz", gzip.compress(profile.encode()), "a profile")
    whole = gzip.compress(hidden.random.randbytes(500).hex().encode())
    f.file(".ndjson.gz", whole[:200], "one that is cut")
    f.file(".ndjson.gz", gzip.compress(whole), "compressed twice")
