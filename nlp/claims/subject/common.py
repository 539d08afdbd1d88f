"""First words that many companies' names share, which tell none of them."""

from __future__ import annotations

from typing import Final

COMMON: Final = frozenset({
    "China", "Chinese", "Hong", "Kong", "Bank", "First", "American", "United", "National", "General",
    "International", "Global", "New", "North", "South", "East", "West", "Royal", "State", "Great",
    "Asia", "Pacific", "Group", "Holdings", "Industrial", "Shanghai", "Beijing", "Shenzhen", "Guangdong",
    "Japan", "Korea", "India", "Indian", "Advanced", "Standard", "Union", "Central", "Western",
    "Eastern", "Southern", "Northern", "Capital", "Digital", "Green", "Golden", "Silver", "Blue",
    "Energy", "Power", "Gold", "Tech", "Technology", "Hang", "Seng", "British", "Australian", "Canadian",
    "Street", "Wall", "Data",
})  # fmt: skip
