"""The table of faults tells what the reports say."""

from xml.etree import ElementTree

from tests.attempts import Attempts

REPORT = """<testsuite>
<testcase name="test_nothing_is_lost[3]"><properties><property name="attempts" value="10 项"/>
</properties></testcase>
<testcase name="test_nothing_is_lost[4]"><properties><property name="attempts" value="10 项"/>
</properties><failure/></testcase>
<testcase name="test_something_else"/>
</testsuite>"""


def test_tries_of_one_promise_are_one_line_with_their_failures():
    attempts = Attempts()

    attempts.gather(ElementTree.fromstring(REPORT), "SQLite")

    assert attempts.as_table().splitlines()[2:] == ["| nothing is lost | 2 × 10 项 | SQLite | 1 |"]
