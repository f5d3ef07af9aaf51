"""Databases plan by counts they take now and then; after a large load they are told to."""

from django.db import connection


def count_anew(*models):
    """Have the rows of these tables counted; plans made while they were empty are given up."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
