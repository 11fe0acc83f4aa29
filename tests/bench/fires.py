# SPDX-License-Identifier: GPL-3.0-or-later
"""The same questions as fires.cpp, put to croniter; exits with 3 where it is not installed."""
import json
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

try:
    from croniter import croniter
except ImportError:
    sys.exit(3)

for label, text, zone, count in json.loads(sys.argv[1]):
    fires = croniter(text, datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)))
    begin = time.perf_counter()
    for _ in range(count):
        fires.get_next(datetime)
    print(json.dumps({"label": label, "us": (time.perf_counter() - begin) * 1e6 / count}), flush=True)
