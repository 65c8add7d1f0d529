"""Sections of a document that a script writes and a test compares: what stands between two comments that bear a name."""
import difflib


def _bounds(text, name, path):
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise SystemExit(f"{path} must have '{begin.strip()}' once and '{end.strip()}' once, below it")
    return text.index(begin) + len(begin), text.index(end)


def read(path, name):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    begin, end = _bounds(text, name, path)
    return text[begin:end]


def write(path, name, section):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    begin, end = _bounds(text, name, path)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:begin] + section + text[end:])


def differences(path, name, section):
    """What the document says and should not, and what it should say, a line each."""
    lines = difflib.unified_diff(read(path, name).splitlines(), section.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
