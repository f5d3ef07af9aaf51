"""A progress bar for people at a terminal; a line now and then where there is none."""

WIDTH = 30


class Progress:
    """Draws “label ██████░░░ 8000/15938” and redraws it; call it with the count done."""

    def __init__(self, stream, label, total):
        self.stream, self.label, self.total = stream, label, total
        self.live = stream.isatty() if hasattr(stream, "isatty") else False
        self.shown = -1

    def __call__(self, done):
        tenth = 10 * done // max(self.total, 1)
        if self.live or tenth != self.shown:
            self.shown = tenth
            self.stream.write(self._bar(done), ending="\r" if self.live else "\n")
            self.stream.flush()
        if self.live and done >= self.total:
            self.stream.write("")

    def _bar(self, done):
        full = WIDTH * done // max(self.total, 1)
        return f"{self.label} {'█' * full}{'░' * (WIDTH - full)} {done}/{self.total}"
