"""What is hidden in a corpus: random words that occur nowhere else, each with what it is."""

import contextlib
import random
import string

LETTERS = string.ascii_lowercase + string.digits
CODE = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


class Hidden:
    """shown: whether results without pseudonyms show the word."""

    def __init__(self):
        self.random = random.Random("a corpus that tells nothing")
        self.all = []

    def _note(self, kind, where, text, shown):
        self.all.append({"kind": kind, "where": where, "text": text, "shown": shown})
        return text

    def _letters(self, count):
        return "".join(self.random.choice(LETTERS) for _ in range(count))

    def word(self, kind, where, shown=True):
        return self._note(kind, where, "q" + self._letters(13), shown)

    def handle(self, where, shown=True, kind="handle"):
        point = self.random.choice("._") if kind != "tag" else "_"
        return self._note(kind, where, "h" + self._letters(6) + point + self._letters(7), shown)

    def account_number(self, where, shown=True):
        digits = "".join(self.random.choice(string.digits) for _ in range(15))
        return self._note("number", where, "17" + digits, shown)

    def post_number(self, where, shown=True):
        """The number of a post, which no result has, and the shortcode that follows from it."""
        number = rest = self.random.randrange(1 << 60, 1 << 61)
        code = ""
        while rest:
            code = CODE[rest % 64] + code
            rest //= 64
        self._note("number", where, str(number), False)
        return str(number), self._note("shortcode", where, code, shown)

    @contextlib.contextmanager
    def not_shown(self):
        """Of what is made meanwhile, results show nothing."""
        before = len(self.all)
        yield
        for secret in self.all[before:]:
            secret["shown"] = False


hidden = Hidden()
