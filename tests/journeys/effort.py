"""Counts what a person does to a page: clicks, keystrokes, pages loaded (bars, section 2)."""


class Effort:
    """Drives a page by mouse and keyboard and keeps count. A key with Alt counts as two."""

    def __init__(self, page):
        self.page, self.clicks, self.keys, self.loads = page, 0, 0, 0
        page.on("load", self._loaded)

    def _loaded(self, _):
        self.loads += 1

    def start(self):
        """Forget what was done to get here."""
        self.clicks = self.keys = self.loads = 0

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)

    def press(self, key):
        self.keys += 1 + key.count("+")
        self.page.keyboard.press(key)

    def type(self, text):
        self.keys += len(text)
        self.page.keyboard.type(text)

    @property
    def total(self):
        return self.clicks + self.keys + self.loads

    def __str__(self):
        return f"{self.clicks} clicks + {self.keys} keys + {self.loads} pages = {self.total}"
