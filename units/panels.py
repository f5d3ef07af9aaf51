"""Menu entries and home-page panels of the first floor."""
