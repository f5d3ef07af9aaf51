"""Addresses by noun: one file each, put together by evaluations.urls."""
