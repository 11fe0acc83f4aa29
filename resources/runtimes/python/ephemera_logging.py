# SPDX-License-Identifier: GPL-3.0-or-later
"""The root handler of the logging module: the service's text and JSON lines."""
import logging
import sys
import time
import traceback

import ephemera_state
from ephemera_json import dumps

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}


class _TextFormatter(logging.Formatter):
    converter = time.gmtime

    def __init__(self):
        super().__init__("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")


class _JsonFormatter(logging.Formatter):
    converter = time.gmtime

    def format(self, record):
        line = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname, "message": record.getMessage(),
                "logger": record.name, "requestId": ephemera_state.request_id}
        if record.exc_info and record.exc_info[0]:
            line["stackTrace"] = traceback.format_tb(record.exc_info[2])
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if ephemera_state.tenant_id:
            line["tenantId"] = ephemera_state.tenant_id
        for key, value in vars(record).items():
            if key not in _STANDARD:
                line[key] = value
        try:
            return dumps(line) + "\n"
        except TypeError:
            return dumps({key: str(value) for key, value in line.items()}) + "\n"


class _Handler(logging.Handler):
    """An event of the log for each record, whatever formatter the function gives it."""

    def emit(self, record):
        record.aws_request_id = ephemera_state.request_id
        text = self.format(record)
        # Carriage returns are the line ends within an event.
        sys.stdout.write((text[:-1] if text.endswith("\n") else text).replace("\n", "\r") + "\n")


def install(json_format, level):
    handler = _Handler()
    handler.setFormatter(_JsonFormatter() if json_format else _TextFormatter())
    logging.root.addHandler(handler)
    if json_format:
        names = {"TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}
        logging.root.setLevel(names.get((level or "INFO").upper(), 20))
