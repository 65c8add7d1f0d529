"""Posts that come with their photos: exports of Instagram, WebDataset, PixPlot's table, photos alone."""

import json

from folder import WHAT, Folder, put
from hidden import hidden
from packing import csv_of, json_of, tarred, zipped


def mojibake(text):
    return text.encode().decode("latin-1")


def members_of_export(f, shown):
    """(path in the export, bytes). shown: whether results name the files of posts."""
    members = []

    def medium(what, title=""):
        name = f"media/posts/{f.secret('folder', 'of photos')}/{f.secret('image', what)}.png"
        if what != "a missing photo":
            members.append((name, f.photo(what)))
        return {"uri": name, "creation_timestamp": 1673000000, "title": title, "backup_uri": f.ignored("address"),
                "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 48.5, "longitude": 9}]}}}

    def add(path, value):
        members.append((path, json.dumps(value).encode()))

    posts = [{"media": [medium(what)], "title": mojibake(f.caption()), "creation_timestamp": 1673000002}
             for what in WHAT]
    climbs = {"uri": "../" + f.bad("name that climbs out") + ".jpg", "creation_timestamp": f.bad("time"), "title": "x"}
    add(f"content/{f.secret('file', 'posts', shown)}.json", posts + [{"media": [climbs]}, {f.ignored("key"): 1}])
    stories = {"ig_stories": [medium("a photo", mojibake(f.caption()))]}
    add(f"content/{f.secret('file', 'stories', shown)}.json", stories)
    old = [{"caption": mojibake(f.caption()), "taken_at": "2019-01-02T03:04:05", "location": f.secret("place"),
            "path": f"photos/{f.secret('image', 'a missing photo')}.jpg"},
           {"caption": "", "taken_at": f.bad("time of an old export"), "path": "photos/a.jpg"}]
    add(f"{f.secret('file', 'an old export')}.json", {"photos": old, "videos": [], "stories": []})
    with hidden.not_shown():
        follower = {"href": "https://x", "value": f.handle("of a follower"), "timestamp": 1}
        add(f"connections/{f.secret('file', 'followers')}.json",
            [{"title": "", "media_list_data": [], "string_list_data": [follower]}])
        cut = json.dumps([{**posts[0], "title": f.bad("of a file that is cut")}])[:-40]
        page = "<html><body><img src='media/posts/x.jpg'>" + f.bad("page")
    members.append((f"content/{f.secret('file', 'one that is cut')}.json", cut.encode()))
    members.append((f"content/{f.secret('file', 'a page')}.html", page.encode()))
    return members


def meta_folder():
    f = Folder("meta-folder")
    owner = hidden.handle("meta-folder: folder", kind="folder")
    for name, data in members_of_export(f, shown=True):
        put(f"{f.path}/{owner}/{name}", data)


def meta_zip():
    f = Folder("meta-zip")
    archive = f"{f.path}/{f.secret('file', 'archive')}.zip"
    members = members_of_export(f, shown=False)
    members += [(f"{f.secret('member', 'an archive in it')}.zip", b"PK\3\4"),
                (f"../{f.secret('member', 'climbs out')}.json", b"[]"),
                (f"'a' {f.secret('member', 'in quotes')}' b.json", b"[7")]
    put(archive, zipped(members))
    f.posts = f.images = [archive]


def web_dataset():
    f = Folder("web-dataset")
    folder = f.secret("folder", "in the archive")
    members = []
    for what in WHAT:
        # A sample without a photo has no name.
        key = f"{folder}/{f.secret('image', what, shown=what != 'a missing photo')}"
        if what != "a missing photo":
            members.append((key + ".jpg", f.photo(what)))
        # The address is read where there is no mapping; the job over all formats has one.
        fields = {"url": f.secret("address", shown=False), "key": f.ignored(), "status": "success"}
        if what == "a damaged photo":
            members.append((key + ".json", json_of({**fields, "caption": f.caption()}).encode()))
        else:
            # A text without a photo is no post.
            caption = f.caption(shown=what != "a missing photo").encode()
            members += [(key + ".json", json_of(fields).encode()), (key + ".txt", caption)]
    members.append((f"{folder}/'a' {f.secret('member', 'a link', shown=False)}' b.txt", None))
    key = f"{folder}/{f.secret('image', 'two photos')}"
    cut = '{"caption": "' + f.bad("fields that break off", shown=False)
    members += [(key + ".jpg", f.photo()), (key + ".png", f.photo()), (key + ".json", cut.encode())]
    # Archives that are not read, or not to their end.
    a, b = f.secret("member", "in disorder"), f.secret("member", "in disorder", shown=False)
    disorder = tarred([(a + ".jpg", b"x"), (b + ".jpg", b"x"), (a + ".txt", b"x"), (b + ".txt", b"x")])
    caption = f.caption(shown=False).encode()
    cut = tarred([(f.secret("member", "of an archive that is cut", shown=False) + ".txt", caption),
                  (f.secret("member", "where an archive is cut") + ".txt", b"x" * 2000)])
    cut = cut[: 512 + len(caption) + -len(caption) % 512 + 512 + 1000]  # headers, the caption, and a part of the rest
    archives = []
    for where, data in (("archive", tarred(members)), ("in disorder", disorder), ("one that is cut", cut)):
        archives.append(f"{f.path}/{f.secret('file', where)}.tar")
        put(archives[-1], data)
    f.posts = f.images = archives


def image_table():
    f = Folder("image-table")
    rows = ["filename,category,tags,description,permalink,year,label,lat,lng".split(",")]
    for what in WHAT:
        rows.append([f.image(what=what), f.ignored("category"), f"{f.own_tag()}|b", f.caption(),
                     f"https://www.instagram.com/p/{f.code()}/", "2019", f.ignored("label"), 50.9, 6.9])
    rows.append(["/" + f.bad("absolute image name") + ".jpg", "", "", "", "", "", "", f.bad("latitude"), 1])
    rows.append(["a.jpg", "", f.secret("tag", "the only one"), "no tag here", "", "", "", 1, 1])
    f.file(".csv", csv_of(rows))


def photos_alone():
    f = Folder("photos", tags=False)
    for what in ("a photo", "a photo", "a photo", "a damaged photo", "a damaged photo"):
        f.image(what=what)
    f.posts = [f.path + "/*"]
    f.images = []
