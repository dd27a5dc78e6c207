"""`python -m courtside.cli`."""

from courtside.cli import main

main()
