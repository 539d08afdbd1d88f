"""`python -m southbound` is the command `southbound`."""

from southbound.cli import main

if __name__ == "__main__":
    main()
