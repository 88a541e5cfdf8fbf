"""`python -m dafeng`: the command line."""

from dafeng.cli import main

main()
