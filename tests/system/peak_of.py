#!/usr/bin/env python3
"""Runs a command and appends the MiB that it took at most to a file: peak_of.py FILE COMMAND..."""
import resource
import subprocess
import sys

status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "a", encoding="ascii") as file:
    file.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}\n")
sys.exit(status)
