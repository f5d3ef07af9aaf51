"""Opens every page in Chromium, desktop and phone, with 0, 1 and 5,000 rows, and looks at it."""
