"""What scrapers write: profiles, igramscraper, lines of tags, the like-prediction table, Instaloader."""

import json
import lzma
import os

from folder import ROOT, WHAT, Folder, put
from hidden import hidden
from packing import csv_of, json_of, tarred


def profile_json():
    f = Folder("profile")
    handle = f.handle("alias")
    posts = []
    for what in WHAT:
        image = f.image(what=what)
        posts.append({
            "url": f"https://www.instagram.com/p/{f.code()}/", "urlImage": f.address(image), "isVideo": False,
            "tags": ["#" + f.own_tag()], "mentions": ["@" + f.handle("mentions")], "description": f.caption(),
            "localization": f.secret("place"), "date": "2017-04-30T05:00:00.000Z", "numberLikes": 492,
            "filename": image, "note": f.ignored(),
        })
    # A handle that is a hashtag, too: as such it is conceded.
    both = hidden.handle("profile: a hashtag that is a handle", kind="tag")
    posts += bad_posts(f) + [f.ignored("element that is no post"), {"description": f"#{both} @{both}"}]
    profile = {"alias": handle, "username": "Zoë " + f.secret("display name"), "posts": posts,
               "descriptionProfile": f.ignored("biography"), "urlProfile": f"https://www.instagram.com/{handle}/"}
    f.file(".json", json_of(profile))
    with hidden.not_shown():
        post = {"date": f.bad("of a file that is cut")}
        cut = json_of({"alias": f.handle("of a file that is cut"), "posts": [post]})
        names = {"alias": f.handle("that cannot be") + "\a" + "x" * 300,
                 "username": f.secret("display name", "that cannot be") + "x" * 300}
        behind = json_of({"alias": f.handle("behind a profile")})
        of_no_format = f.bad("no JSON at all")
    f.file(".json", cut[:-4], "one that is cut")
    f.file(".json", json_of({**names, "posts": [{"description": f.caption()}]}) + behind, "something follows")
    nobody = {"username": f.secret("display name", "without a handle"), "posts": [{"description": f.caption()}]}
    f.file(".json", json_of(nobody), "no handle")
    f.file(".json", of_no_format, "of no format")
    f.file(".tiff", "", "of no known suffix", shown=False)
    below = os.path.join(ROOT, f.path)
    os.makedirs(os.path.join(below, f.secret("folder", "called like a file", shown=False) + ".json"))
    target = "/nowhere/" + f.secret("file", "that is not there", shown=False)
    os.symlink(target, os.path.join(below, f.secret("file", "a link to nothing") + ".json"))


def bad_posts(f):
    """No value of these can be used."""
    return [
        {
            "description": {f.ignored("key"): 1}, "date": f.quoted("date"), "numberLikes": f.quoted("likes"),
            "filename": "/" + f.bad("absolute image name") + ".jpg",
            "url": f"https://www.instagram.com/p/{f.bad('shortcode')}~/",
            "tags": ["\a" + f.bad("tag with a control character"), f.bad("long tag") + "x" * 300],
            "mentions": ["a b " + f.bad("mention with spaces"), "a/" + f.bad("mention with a slash")],
            "localization": f.bad("place") + "\ax", "isVideo": f.bad("truth"),
        },
        {"filename": "../" + f.bad("image name that climbs out") + ".jpg", "date": "2150-01-01"},
    ]


def igramscraper_text():
    f = Folder("igramscraper-text")

    def block(image, caption, indent=""):
        number, code = f.post_number()
        lines = ["", "Media Info:", f"'Id: {number}", f"Shortcode: {code}", "Created at: 1574985600",
                 f"Caption: {caption}", "Number of comments: 0", "Number of likes: 12",
                 f"Link: https://www.instagram.com/p/{code}/", f"Hig res image: {f.address(image)}",
                 "Media type: image", "", "Account info:", f"Id {f.number()}", "-" * 50]
        return "".join(indent + line + "\n" for line in lines)

    text = f.bad("before the first post", shown=False) + "\n"
    text += "".join(block(f.image(what=what), f.caption()) for what in WHAT)
    text += block(f.image(), f.caption() + "\nNumber of comments: 1\nNumber of likes: 2", indent=" " * 8)
    with hidden.not_shown():
        text += block("", f.caption()).split("Number of comments")[0]
    f.file(".txt", text)


def igramscraper_json():
    f = Folder("igramscraper-json")
    posts = []
    for what in WHAT:
        number, code = f.post_number()
        posts.append({"media_id": int(number), "shortcode": code, "timestamp": 1574985600, "caption": f.caption(),
                      "hashtags": [f.own_tag()], "num_comments": 0, "num_likes": 3, "account_id": int(f.number()),
                      "post_link": f"https://www.instagram.com/p/{code}/", "media_type": "image",
                      "media_link": f.address(f.image(what=what))})
    posts.append({**posts[0], "media_id": "", "caption": "", "shortcode": f.bad("shortcode") + "~",
                  "timestamp": f.bad("time"), "num_likes": f.bad("likes")})
    f.file(".json", json_of({"media_metadata": posts}))


def tag_lines():
    f = Folder("tag-lines", images=False)
    lines = [f"{{{f.secret('tag')},shared0, }}" for _ in range(4)]
    lines += [f"{{{f.bad('long tag')}{'x' * 300}}}", f"{{\a{f.bad('tag with a control character')}\a}}"]
    broken = f.bad("line that is not UTF-8", shown=False)
    f.file(".txt", "\n".join(lines).encode() + b"\n{\xff" + broken.encode() + b"}")


LIKES_COLUMNS = (
    "alias username numberFollowers numberFollowing numberPosts urlProfile urlImgProfile descriptionProfile website "
    "filename url urlImage numberLikes description tags mentions localization date multipleImage isVideo"
).split()


def likes_table():
    f = Folder("likes-table")
    rows = []
    for what in WHAT:
        image = f.image(what=what)
        handle = f.handle("alias")
        rows.append({
            "alias": handle, "username": f.secret("display name"), "numberFollowers": 10, "website": f.ignored(),
            "urlProfile": f"https://www.instagram.com/{handle}/", "descriptionProfile": f.ignored("biography"),
            "filename": image, "url": f"https://www.instagram.com/p/{f.code()}/", "urlImage": f.address(image),
            "numberLikes": 44, "description": f.caption(), "tags": f"['#{f.own_tag()}']",
            "mentions": f"['@{f.handle('mentions')}']", "localization": f.secret("place"), "date": "2017-04-30",
            "multipleImage": "False", "isVideo": "False",
        })
    rows.append({**rows[0], "description": "", "url": "", "numberLikes": f.bad("likes"), "date": f.bad("date"),
                 "isVideo": f.bad("truth"), "tags": f"['{f.bad('list that breaks off', shown=False)}', "})
    table = [LIKES_COLUMNS] + [[row.get(column, "") for column in LIKES_COLUMNS] for row in rows]
    table.append([f.bad("cell of a shifted row", shown=False) for _ in range(23)])
    f.file(".csv", "\ufeff" + csv_of(table) + f'"{f.bad("quote that never ends", shown=False)}')


def instaloader():
    f = Folder("instaloader")
    below = f"{f.path}/{hidden.handle('instaloader: folder', kind='folder')}/"
    for i, what in enumerate(WHAT):
        number, code = f.post_number()
        stem = f"{below}{f.secret('file', what)}_UTC"
        user = {"id": f.number(), "username": f.handle("owner"), "full_name": f.secret("display name")}
        node = {"shortcode": code, "is_video": False, "owner": user, "display_url": f.address("a.jpg"),
                "title": f.ignored("title"), "edge_media_preview_like": {"count": 5}}
        if i < 2:
            node.update({"__typename": "GraphImage", "id": number, "taken_at_timestamp": 1493510400,
                         "edge_media_to_caption": {"edges": [{"node": {"text": f.caption()}}]},
                         "location": {"name": f.secret("place")}})
        else:
            node.update({"date": 1699990000, "caption": f.caption(), "comments": 4,
                         "iphone_struct": {"location": {"name": f.secret("place"), "lat": 41.9, "lng": 12.5}}})
        text = json.dumps({"node": node, "instaloader": {"version": "4.10", "node_type": "Post"}}).encode()
        if i % 2:
            put(stem + ".json.xz", lzma.compress(text, check=lzma.CHECK_NONE))
        else:
            put(stem + ".json", text)
        put(stem + ".txt", f.ignored("text beside a post"))
        if what != "a missing photo":
            put(stem + ".jpg", f.photo(what))
    with hidden.not_shown():
        profile = {"node": {"id": f.number(), "username": f.handle("of a profile")},
                   "instaloader": {"version": "4.10", "node_type": "Profile"}}
        put(f"{below}{f.secret('file', 'a profile')}.json", json.dumps(profile))
        broken = json.dumps({"node": {"shortcode": f.secret("shortcode", "of a file that is cut")}, "instaloader": {}}).encode()
    put(f"{below}{f.secret('file', 'one that is cut')}.json.xz", lzma.compress(broken, check=lzma.CHECK_NONE)[:-20])
    none = {"node": {"taken_at_timestamp": f.bad("time", shown=False), "display_url": "u", "owner": {}},
            "instaloader": {"version": "4.10", "node_type": "Post"}}
    put(f"{below}{f.secret('file', 'without a post')}.json", json.dumps(none))


def shards():
    """A profile whose photos lie in tar archives, one of them cut. The shortcodes of its posts."""
    f = Folder("shards")
    folder = f"{f.path}/{f.secret('folder', 'of shards', shown=False)}"
    names = [f.secret("image", what) + ".jpg" for what in WHAT]
    members = [(name, f.photo(what)) for name, what in zip(names, WHAT) if what != "a missing photo"]
    put(f"{folder}/{f.secret('shard', shown=False)}.tar", tarred(members))
    cut = tarred([(f.secret("member", "of a shard that is cut") + ".jpg", b"x" * 3000)])
    put(f"{folder}/{f.secret('shard', 'one that is cut')}.tar", cut[:2000])
    codes = [f.code() for _ in names]
    posts = [{"url": f"https://www.instagram.com/p/{code}/", "description": f.caption(), "filename": name}
             for code, name in zip(codes, names)]
    f.file(".json", json_of({"alias": f.handle("alias"), "posts": posts}))
    f.images = [folder]
    return codes
