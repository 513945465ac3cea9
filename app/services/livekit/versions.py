"""The LiveKit release that everything here was checked against."""

CHECKED_AGAINST = "1.13.5"
