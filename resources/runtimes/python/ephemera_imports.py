# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled code that can never be older than its source.

Python takes a compiled file for current when the source's size and its time, in whole seconds, are the same: a second save
within the second would run the first. Here the stamp is made of the exact times and the file's identity, and what was saved
a moment ago is compiled anew, as the file system's own clock is coarse.
"""
import os
import time
from _frozen_importlib_external import SourceFileLoader

_FRESH_SECONDS = 2


def _path_stats(self, path):
    status = os.stat(path)
    if time.time() - max(status.st_mtime, status.st_ctime) < _FRESH_SECONDS:
        raise OSError("too fresh to be kept compiled")
    return {"mtime": hash((status.st_mtime_ns, status.st_ctime_ns, status.st_ino)) & 0xFFFFFFFF, "size": status.st_size}


def install():
    SourceFileLoader.path_stats = _path_stats
