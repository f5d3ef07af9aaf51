"""Addresses of the naming cycle, one file a noun; units.urls puts them together."""
