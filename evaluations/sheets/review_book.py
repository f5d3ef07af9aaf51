"""评审表: per unit the items with all that was given to them; a summary; a flat table."""

from evaluations.sheets import review_flat, review_summary, sealed
from evaluations.sheets.paper import Paper
from evaluations.sheets.review_data import in_order, reviews, widest
from evaluations.sheets.review_flat import FlatSheet
from evaluations.sheets.review_summary import SummarySheet
from evaluations.sheets.sealed_sheet import SealedSheet
from evaluations.sheets.unit_block import Block, Styles, width_of, widths_of
from evaluations.standings import standings
from units.places import Places, county_of

SUMMARY, FLAT = "汇总表", "明细"
HEAD_ROW = 3  # of a block that begins on the first row
OWN_SHEETS = 100  # beyond so many units there is one sheet a 旗 instead of one a unit


def write_review_book(target, inspections, *, round, author, at, progress=None):
    """Write the review sheets of these inspections of a round; returns how many there were."""
    paper = Paper(target, at=at, author=author, constant_memory=True)
    try:
        return Book(paper, inspections, round).write(progress)
    except BaseException:
        paper.abandon()
        raise


class Book:
    """One review workbook being written."""

    def __init__(self, paper, inspections, round):
        self.paper, self.round, self.inspections = paper, round, in_order(inspections)
        self.secret, self.panel = sealed.key(), widest(inspections)
        self.places, self.styles = Places(), Styles(paper)
        rows = self.inspections.values_list("pk", "unit__name", "unit__region__path")
        self.rows = list(rows)
        self.places.learn(path for *_, path in self.rows)
        self.standing = {each.pk: each for each in standings(round)}
        self.sheets, self.breaks = [], {}

    def write(self, progress):
        """Everything in one pass over the units; returns how many there were."""
        self._lay_out()
        for number, review in enumerate(reviews(self.inspections, self.round, progress), 1):
            county = self._county(review.unit.region.path)
            review.standing = self.standing[review.inspection.pk]
            place = self._block(review)
            self.summary.add(number, review, county, place)
            self.flat.add(review, county)
        self._finish()
        return len(self.rows)

    def _county(self, path):
        return county_of(self.places.names(path))

    def _lay_out(self):
        """All sheets in their order, the hidden one last."""
        summary = self._sheet(SUMMARY, review_summary.WIDTH)
        self.page_of = self._pages()
        flat = self._sheet(FLAT, review_flat.width_of(self.panel))
        self.summary = SummarySheet(summary, self.round)
        self.flat = FlatSheet(flat, self.round, self.panel)
        self.paper.book.add_worksheet(sealed.SHEET)
        summary.sheet.activate()

    def _pages(self):
        """inspection → the sheet its block stands on."""
        if len(self.rows) <= OWN_SHEETS:
            named = ((pk, f"{n:02d} {name}") for n, (pk, name, _) in enumerate(self.rows, 1))
            pages = {pk: self._page(name) for pk, name in named}
            for page in pages.values():
                page.sheet.repeat_rows(HEAD_ROW)
            return pages
        counties = [self._county(path) for *_, path in self.rows]
        pages = {county: self._page(county) for county in dict.fromkeys(counties)}
        return {pk: pages[county] for (pk, *_), county in zip(self.rows, counties, strict=True)}

    def _sheet(self, name, width):
        made = SealedSheet(self.paper, self.paper.sheet(name), width, self.secret)
        self.sheets.append(made)
        return made

    def _page(self, name):
        page = self._sheet(name, width_of(self.panel))
        for column, width in enumerate(widths_of(self.panel)):
            page.sheet.set_column(column, column, width)
        self.paper.printed(page.sheet, str(self.round))
        self.breaks[page] = []
        return page

    def _block(self, review):
        """The unit's block, on a printed page of its own; where it stands."""
        page = self.page_of[review.inspection.pk]
        if page.row:
            page.skip()
            self.breaks[page].append(page.row)
        start = Block(page, self.styles, review, self.panel, self.round).write()
        return page.codes.name, start

    def _finish(self):
        self.summary.finish()
        self.flat.finish()
        for page, rows in self.breaks.items():
            page.sheet.set_h_pagebreaks(rows)
        sealed.write_codes(self.paper.book, [each.codes for each in self.sheets])
        self.paper.book.close()
