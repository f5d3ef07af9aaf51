"""What the fault tests tried and how it went, gathered from pytest's reports for the README."""

from collections import Counter
from datetime import date

from tests.servers import TOP

BEGIN, END = "<!-- faults:begin -->", "<!-- faults:end -->"


class Attempts:
    """Tests that said how often they tried, and where they ran."""

    def __init__(self):
        self.tried, self.failed = Counter(), Counter()

    def gather(self, suite, place):
        """Take down the cases of one report that carry the property `attempts`."""
        for case in suite.iter("testcase"):
            told = case.find("properties/property[@name='attempts']")
            if told is not None:
                key = (sentence(case.get("name")), told.get("value"), place)
                self.tried[key] += 1
                self.failed[key] += case.find("failure") is not None

    def as_table(self):
        """A Markdown table: what was promised, how often it was tried, how often it failed."""
        lines = ["| promise | attempts | on | failures |", "| --- | --- | --- | --: |"]
        for (promise, attempts, place), count in self.tried.items():
            times = f"{count} × {attempts}" if count > 1 else attempts
            failures = self.failed[promise, attempts, place]
            lines.append(f"| {promise} | {times} | {place} | {failures} |")
        return "\n".join(lines)

    def write_readme(self, command):
        """Put the table between the marks of README.md, with the command that made it."""
        path = TOP / "README.md"
        before, rest = path.read_text("utf-8").split(BEGIN)
        after = rest.split(END)[1]
        told = f"{date.today()}, `{command}`.\n\n{self.as_table()}"
        path.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", "utf-8")


def sentence(name):
    """A test's name as the promise it states."""
    return name.split("[")[0].removeprefix("test_").replace("_", " ")
