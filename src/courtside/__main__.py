"""`python -m courtside` is the command `courtside`."""

from courtside.cli import main

if __name__ == "__main__":
    main()
