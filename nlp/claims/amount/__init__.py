"""How much: numbers as they are written, with their scale, unit and what their words allow."""
