"""The inputs of one format, and the names in them."""

import os
import sys

from hidden import hidden
from packing import no_photo, photo

ROOT = sys.argv[1]

# Each is a way to write a handle in a caption; {h}: the handle, {H}: in upper case, {c}: a shortcode.
SPELLINGS = {
    "behind @": "@{h}",
    "behind a full-width @": "＠{h}",
    "behind a small @": "﹫{h}",
    "behind two signs": "@@{h}",
    "in upper case": "@{H}",
    "before points": "@{h}...",
    "in brackets": "(@{h}),",
    "between quotes": "“@{h}”",
    "before an apostrophe": "@{h}'s",
    "before a heart": "@{h}❤️",
    "before a letter of another account": "@{h}é",
    "before Japanese": "@{h}さん",
    "behind a tag": "#sea@{h}",
    "behind a character that is never shown": "@\u200b{h}",
    "behind @ of another page": "medium.com/@{h}",
    "in an address": "https://www.instagram.com/{h}/",
    "in an address without a scheme": "instagram.com/{h}?igshid=1",
    "in an address with a parameter": "instagram.com/{h}&igshid=1",
    "in an address in upper case": "HTTPS://WWW.INSTAGRAM.COM/{H}/",
    "in an address with a port": "https://instagram.com:443/{h}/",
    "in an address of the short host": "https://instagr.am/{h}/",
    "in an address of phones": "https://m.instagram.com/{h}?hl=de",
    "in an address with two slashes": "https://www.instagram.com//{h}",
    "in an address behind @": "instagram.com/@{h}",
    "in the address of a story": "https://instagram.com/stories/{h}/12345/",
    "in the address of an app": "instagram.com/_u/{h}",
    "in the address of a list": "http://instagram.com/{h}/tagged/",
    "in the address of a post": "https://www.instagram.com/{h}/p/{c}/",
    "in the address of a reel": "instagram.com/{h}/reel/{c}.",
    "in the address of a post with a port": "https://instagram.com:443/{h}/p/{c}/",
    "in the address of a post in upper case": "https://WWW.Instagram.COM/{H}/P/{c}/",
    "in the address of a post of the short host": "instagr.am/{h}/p/{c}",
    "in a link of a text": "[me](https://instagram.com/{h})",
    "as a mailbox": "{h}@example.org",
    "as a mailbox with an addition": "{h}+news@example.org",
    "as the host of mail": "info@{h}.org",
}

# What becomes of the photos of four posts.
WHAT = ("a photo", "a photo", "a missing photo", "a damaged photo")


def put(path, data):
    path = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


class Folder:
    all = {}

    def __init__(self, name, images=True, tags=True):
        self.name = name
        self.path = f"inputs/{name}.{hidden.word('folder', name, shown=False)}"
        self.posts = [self.path]
        self.images = [self.path] if images else []
        self.tags = tags
        self.columns = ""
        self.captions = 0
        Folder.all[name] = self

    def secret(self, kind, where="", shown=True):
        return hidden.word(kind, f"{self.name}: {where or kind}", shown)

    def bad(self, where, shown=True):
        """What a value that cannot be used holds. shown: whether the sentence about it quotes the value."""
        return self.secret("bad value", where, shown)

    def quoted(self, where):
        """One that looks as if the sentence about it ended inside."""
        return f"'a' {self.bad(where)}' b\\"

    def ignored(self, where="ignored field"):
        return self.secret("ignored field", where, shown=False)

    def handle(self, where, shown=True):
        return hidden.handle(f"{self.name}: {where}", shown)

    def number(self, where="an account", shown=True):
        return hidden.account_number(f"{self.name}: {where}", shown)

    def post_number(self, where="a post", shown=True):
        return hidden.post_number(f"{self.name}: {where}", shown)

    def code(self, where="a post"):
        return self.post_number(where)[1]

    def own_tag(self):
        """Of a list beside the caption: the caption's tags count."""
        return self.secret("tag", "own list", shown=False)

    def file(self, suffix, data, where="file", shown=True):
        put(f"{self.path}/{self.secret('file', where, shown)}{suffix}", data)

    def photo(self, what="a photo"):
        return photo(self.name) if what == "a photo" else no_photo(self.name)

    def image(self, suffix=".png", what="a photo"):
        """The name of a photo, which lies there, is damaged, or missing."""
        name = self.secret("image", what) + suffix
        if what != "a missing photo":
            put(f"{self.path}/{name}", self.photo(what))
        return name

    def address(self, image):
        """Of a photo on the platform's servers."""
        return f"https://cdn.example/v/{image}?sig={self.secret('address')}"

    def caption(self, shown=True):
        """The first one of a folder has all spellings, the others one. Two hashtags are shared: there are groups."""
        first = self.captions == 0
        parts = [self.secret("caption", shown=shown), "#" + self.secret("tag", shown=shown), f"#shared{self.captions % 2}"]
        for where, form in SPELLINGS.items() if first else [("behind @", "@{h}")]:
            handle = self.handle(f"in a caption, {where}", shown=shown)
            code = self.code(f"in a caption, {where}") if "{c}" in form else ""
            parts.append(form.format(h=handle, H=handle.upper(), c=code))
        if first:
            parts.append(f"https://www.instagram.com/p/{self.code('in a caption')}/")
            parts.append(f"https://www.instagram.com/reel/{self.code('of a reel in a caption')}/?igshid=1")
            parts.append(f"https://instagram.com:443/p/{self.code('in a caption, with a port')}/")
            parts.append(f"https://WWW.Instagram.COM/P/{self.code('in a caption, in upper case')}/")
            parts.append(f"https://instagr.am/p/{self.code('in a caption, of the short host')}/")
        self.captions += 1
        return " ".join(parts)
