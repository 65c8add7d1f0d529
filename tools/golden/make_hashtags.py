"""Hashtags and entities by others' tables: the properties of Python's `regex` say what may stand in a tag, its expressions
find tags in captions, and Python's `html` decodes entities. Called by tools/judges.

Characters are numbers, in hexadecimal. Lines: "tag FIRST LAST" for a range of characters that go on a tag, of those that
Unicode 14 has ("none FIRST LAST": that do not); "caption CHARACTERS | TAG | TAG"; "entity CHARACTERS | DECODED".
"""

import html
import html.entities
import itertools
import random
import unicodedata

import regex

CONTINUES = r"[\p{L}\p{M}\p{N}\p{Pc}\u200C[\p{Emoji}\p{Emoji_Component}--[\p{P}\u00A9\u00AE\u2122#*]]]"
WORD = rf"(?:{CONTINUES}|(?<={CONTINUES})[\u00B7\u0387](?={CONTINUES}))"
UNSEEN = r"[\p{Default_Ignorable_Code_Point}--[\U000E0020-\U000E007F]]"
IN_ADDRESS = r"""(?:[!#-;=?-Z_a-z~%&'*+,./:@$[\p{L}\p{M}\p{Nd}--[\p{East_Asian_Width=W}\p{East_Asian_Width=F}\p{ASCII}]]--[()\[\]]])"""
IN_BRACKETS = rf"(?:\({IN_ADDRESS}*\)|{IN_ADDRESS})"
ADDRESS = rf"(?:[A-Za-z][A-Za-z0-9+.-]{{0,31}}://|(?<![A-Za-z0-9])[Ww]{{3}}\.(?=[A-Za-z0-9])){IN_BRACKETS}*"
EXPRESSION = regex.compile(rf"(?<address>{ADDRESS})|(?<sign>[#＃﹟])(?<tag>{WORD}*)", regex.V1)

PIECES = """# # # # ＃ ﹟ a B1 _ é e\u0301 한국 写真 عكاس ❤ \ufe0f 🌍 👩\u200d👧 🇫🇷 \u200d \u200c · - . , ! & \u20e3 © ‼ ₂ \u00ad ٤ 👍🏽 ‿ ⠀ ・
https://x.y/ http://b.org/?q= www.a.de ( )""".split() + [" ", " ", "\n", "\u00a0"]


def tags(caption):
    found = []
    for match in EXPRESSION.finditer(caption):
        if match["address"] is not None or caption[: match.start()].endswith("&"):
            continue
        tag = regex.sub(rf"^{UNSEEN}+|{UNSEEN}+$", "", match["tag"], flags=regex.V1)
        if tag and not regex.match(r"\p{M}", tag) and tag not in found:
            found.append(tag)
    return found


def ranges():
    continues = regex.compile(CONTINUES, regex.V1)

    def kind(c):
        if unicodedata.category(chr(c)) in ("Cn", "Cs", "Co"):
            return None  # later versions may say more of it
        return "tag" if continues.match(chr(c)) else "none"

    for of_kind, run in itertools.groupby(range(0x80, 0x110000), kind):
        run = list(run)
        if of_kind:
            yield f"{of_kind} {run[0]:x} {run[-1]:x}"


def captions():
    yield from ["#climate❤change #🌍 #k\u0301lima", "＃写真 ﹟b ##c#d", "https://x.y/#a #b", "it&#39;s", "#\ufe0f\u20e3 #1\ufe0f\u20e3", "www.x.de/#a"]
    rng = random.Random(2017)
    for _ in range(250):
        yield "".join(rng.choices(PIECES, k=rng.randint(4, 14)))


def entities():
    for name in [*html.entities.name2codepoint, "apos"]:
        yield f"a&{name};b"
    yield from ["&#39;&#x1F600;&#X1f600;&#128512;", "&amp;lt;&amp;#39;", "R&B &; &#; &#x; &nosuch; &", "&#128;&#146;&#159;", "&#10;&#9;"]


def numbers(*texts):
    return " | ".join(" ".join(f"{ord(c):x}" for c in text) for text in texts)


def main():
    print("\n".join(ranges()))
    for caption in captions():
        print("caption", numbers(caption, *tags(caption)))
    for text in entities():
        print("entity", numbers(text, html.unescape(text)))


main()
