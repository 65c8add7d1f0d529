"""Prints what Python's ast.literal_eval makes of literals, for tests/corpus/golden/python_literals.txt.

usage: make_python_literals.py [dataset.csv]

A line each: the literal, in hexadecimal, and its value: [...] a list, t:HEX a text, n:HEX a number as it is written, b:True, None; or
"malformed", which Shoal finds bytes and dictionaries, too. Texts that stand beside each other without a comma, which Shoal
refuses and Python joins, are left out. Halves of surrogate pairs are joined, and those without the other half are U+FFFD. With the real table, the last line has
how many cells of it begin with a bracket, and the SHA-256 of their values, a line each.
"""

import ast
import csv
import hashlib
import io
import random
import sys
import tokenize
import warnings

warnings.simplefilter("ignore")

BY_HAND = r"""
[]
[ ]
['#a', '#b']
["#a", '#b',]
['it\'s', "it's", "say \"hi\""]
['\n\t\r\\\a\b\f\v\0\x00']
['\xe9\u00e9\U0001f600']
['\101\7\18\377\400\777']
["\ud83d\ude00", "\ude00\ud83d", "\ud83d", "\ud83dx\ude00"]
['\q', '\8', '\#']
['😀 #münchen', "日本"]
[None, True, False]
[0, 1, -1, +5, 1.5, -0.25, 1e3, 1E+3, 2.e-4, .5]
[[], [['deep'], 'er'], 1]
('#a', '#b')
('#a',)
('#a')
()
{'#a'}
u'text'
[u'a', U"b"]
'text'
"text"
''
None
True
12
-3.5
  ['spaced'  ,  'out' ]  
[
[,]
['a',,'b']
['a' 1]
['a'
['a
['a\
['a\']
['\x4']
['\xzz']
['\u12']
['\U00110000']
['\U0001f60']
['a']]
['a'] b
[a]
[#a]
[']
["a']
[1 2]
[--]
[1.2.3]
[1e]
[1e+]
[.]
[+]
[- ]
[-None]
[nope]
[True1]
(
)
]
(,)
['a'}
"""


def by_hand():
    yield "[\n'lines',\n'b'\n]"
    yield "['a\nb']"
    yield "['a\rb']"
    yield "['a\\\r\nb']"
    yield "['a\\\nb']"
    yield "[\f'a'\t,\r\n'b']"
    yield from BY_HAND.strip("\n").split("\n")
    yield ""
    yield " "


def made():
    draw = random.Random(17)
    letters = "ab'\"\\\n\t, []#é\u200d日😀\x00\x7f\xa0\ud800"
    for _ in range(150):
        texts = ["".join(draw.choices(letters[:-1], k=draw.randint(0, 8))) for _ in range(draw.randint(0, 4))]
        yield repr(texts)
        yield ascii(texts)
    for _ in range(300):
        yield "[" + "".join(draw.choices("ab'\"\\ ,[]1-x4", k=draw.randint(0, 9))) + "]"


def well_formed(text):
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shown(node, source):
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return "[" + " ".join(shown(element, source) for element in node.elts) + "]"
    value = ast.literal_eval(node)
    if isinstance(value, str):
        return "t:" + well_formed(value).encode().hex()
    if isinstance(value, bool):
        return f"b:{value}"
    if isinstance(value, bytes):
        raise ValueError
    if value is None:
        return "None"
    return "n:" + ast.get_source_segment(source, node).encode().hex()


def value_of(literal):
    try:
        ast.literal_eval(literal)
        source = literal.lstrip(" \t")
        return shown(ast.parse(source, mode="eval").body, source)
    except (ValueError, SyntaxError, MemoryError, TypeError):
        return "malformed"


def joins_texts(literal):
    """Whether texts stand beside each other without a comma."""
    try:
        tokens = [token.type for token in tokenize.generate_tokens(io.StringIO(literal).readline)
                  if token.type not in (tokenize.NL, tokenize.NEWLINE)]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return False
    return (tokenize.STRING, tokenize.STRING) in zip(tokens, tokens[1:])


def summary_of(path):
    digest = hashlib.sha256()
    lists = 0
    csv.field_size_limit(2**30)
    with open(path, newline="", encoding="utf-8-sig") as table:
        for row in csv.reader(table):
            for cell in row:
                if cell.startswith("["):
                    lists += 1
                    digest.update(value_of(cell).encode() + b"\n")
    return f"dataset.csv {lists} {digest.hexdigest()}"


print("# By tools/golden/make_python_literals.py, Python", sys.version.split()[0])
for literal in [*by_hand(), *made()]:
    if not joins_texts(literal):
        print(literal.encode("utf-8", "surrogatepass").hex() or "-", value_of(literal))
if len(sys.argv) > 1:
    print(summary_of(sys.argv[1]))
