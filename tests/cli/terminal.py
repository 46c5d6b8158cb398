#!/usr/bin/env python3
"""Runs a command on a terminal and prints what the terminal got.

usage: terminal.py STREAM COLUMNS COMMAND...

STREAM (stdout or stderr) is the terminal; the other stream is not shown.
"""
import fcntl
import os
import struct
import subprocess
import sys
import termios


def main():
    stream, columns, *command = sys.argv[1:]
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **streams)
    os.close(theirs)
    try:
        while data := os.read(ours, 1 << 16):
            sys.stdout.buffer.write(data.replace(b"\r\n", b"\n"))
    except OSError:  # how Linux tells that the other end is closed
        pass
    sys.exit(process.wait())


if __name__ == "__main__":
    main()
