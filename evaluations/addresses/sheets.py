"""Addresses of sheets: score books that go out and come back, review sheets that are kept."""

from django.urls import path

from evaluations.views import review_sheets, score_books

urlpatterns = [
    path("review-sheets/", review_sheets.ReviewRounds.as_view(), name="review-rounds"),
    path("review-sheets/rounds/<int:pk>/", review_sheets.review_sheets, name="review-sheets"),
    path("review-sheets/units/<int:pk>/", review_sheets.review_sheet, name="review-sheet"),
    path("score-books/", score_books.score_books, name="score-books"),
    path("score-books/rounds/<int:pk>/", score_books.score_book, name="score-book"),
    path("score-books/upload/", score_books.score_import_new, name="score-import-new"),
    path("score-books/<int:pk>/", score_books.score_import, name="score-import"),
    path("score-books/<int:pk>/apply/", score_books.score_import_apply, name="score-import-apply"),
    path("score-books/<int:pk>/drop/", score_books.score_import_drop, name="score-import-drop"),
    path(
        "score-books/<int:pk>/faults/", score_books.score_import_faults, name="score-import-faults"
    ),
]
