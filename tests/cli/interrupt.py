#!/usr/bin/env python3
"""Starts a command, interrupts it once it is at work, and prints how it ended.

usage: interrupt.py SIGNAL COMMAND...

At work means that it used some processor time, or, if its standard input is a pipe that stays
open (the argument "-" is among COMMAND), that it waits for it.
"""
import os
import signal
import subprocess
import sys
import time

AT_WORK_S = 0.2
TIMEOUT_S = 60


def stat_fields(process):
    with open(f"/proc/{process.pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def is_at_work(process, waits):
    fields = stat_fields(process)
    if waits:
        return fields[0] == "S" and open(f"/proc/{process.pid}/wchan").read().startswith("pipe") \
            or time.monotonic() > process.started + 2
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") > AT_WORK_S


def heed_signals():
    """What starts the tests may have set signals to be ignored, as nohup and a shell's & do."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def main():
    number = getattr(signal, sys.argv[1])
    command = sys.argv[2:]
    waits = "-" in command
    process = subprocess.Popen(command, stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=heed_signals)
    process.started = time.monotonic()
    while not is_at_work(process, waits):
        if process.poll() is not None or time.monotonic() > process.started + TIMEOUT_S:
            sys.exit(f"not at work: {process.communicate()}")
        time.sleep(0.01)
    sent = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=TIMEOUT_S)
    seconds = time.monotonic() - sent
    stdout, stderr = process.stdout.read(), process.stderr.read()
    ended = signal.Signals(-process.returncode).name if process.returncode < 0 \
        else f"status {process.returncode}"
    print(f"ended by {ended}" if seconds < 20 else f"{ended} took {seconds} s")
    print(stdout + stderr, end="")


if __name__ == "__main__":
    main()
