# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures as payloads and as log lines, in the service's shapes."""
import os
import sys

import ephemera_state
from ephemera_json import dumps

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))


def error_payload(kind, message, trace, request_id=""):
    return dumps({"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}).encode("utf-8")


def describe(error):
    """Type name, text and formatted frames of an exception, without the frames of this runtime."""
    import traceback
    frames = traceback.extract_tb(error.__traceback__)
    users = [frame for frame in frames if not frame.filename.startswith(_OWN_FOLDER) and not frame.filename.startswith("<frozen")]
    # As tuples: with their columns they would be underlined from Python 3.11 on.
    return type(error).__name__, str(error), traceback.format_list([(frame.filename, frame.lineno, frame.name, frame.line) for frame in users])


def syntax_error_payload(module, error):
    message = "Syntax error in module '%s': %s" % (module, error)
    return message, ['  File "%s" Line %s\n    %s\n' % (error.filename, error.lineno, (error.text or "").strip())]


def log_error(kind, message, trace):
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        import time
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = {"timestamp": now, "log_level": "ERROR", "errorMessage": message, "errorType": kind,
                "requestId": ephemera_state.request_id, "stackTrace": trace}
        sys.stdout.write(dumps(line) + "\n")
        return
    lines = ["[ERROR] %s: %s" % (kind, message) if message else "[ERROR] %s" % kind]
    if trace is not None:
        lines.append("Traceback (most recent call last):")
        for frame in trace:
            lines.extend(line.replace(" ", "\u00a0") if not line.strip() else _indented(line) for line in frame.rstrip("\n").split("\n"))
    # Carriage returns are the line ends within an event.
    sys.stdout.write("\n".join(lines).replace("\n", "\r") + "\n")


def _indented(line):
    stripped = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(stripped)) + stripped
