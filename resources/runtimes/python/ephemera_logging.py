# SPDX-License-Identifier: GPL-3.0-or-later
"""The root handler of the logging module: the service's text and JSON lines."""
import json
import logging
import sys
import time
import traceback

import ephemera_state

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}


class _TextFormatter(logging.Formatter):
    converter = time.gmtime

    def __init__(self):
        super().__init__("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")


class _JsonFormatter(logging.Formatter):
    converter = time.gmtime

    def format(self, record):
        # In steps of ten, as their names are.
        level = logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10)
        line = {"timestamp": "%s.%03dZ" % (self.formatTime(record, "%Y-%m-%dT%H:%M:%S"), record.msecs), "level": level, "message": record.getMessage(),
                "logger": record.name}
        if record.exc_info and record.exc_info[0]:
            line["stackTrace"] = traceback.format_tb(record.exc_info[2])
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
        line["requestId"] = ephemera_state.request_id
        if record.exc_info and record.exc_info[0]:
            line["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if ephemera_state.tenant_id:
            line["tenantId"] = ephemera_state.tenant_id
        for key, value in vars(record).items():
            if key not in _STANDARD and value is not None:
                line.setdefault(key, value)
        # What JSON does not know, such as a Decimal, is an error of the call that logs it.
        return json.dumps(line, ensure_ascii=False) + "\n"


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
    names = {"TRACE": logging.DEBUG, "DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING, "WARNING": logging.WARNING,
             "ERROR": logging.ERROR, "FATAL": logging.CRITICAL, "CRITICAL": logging.CRITICAL}
    wanted = names.get((level or ("INFO" if json_format else "")).upper())
    if wanted:
        logging.root.setLevel(wanted)
