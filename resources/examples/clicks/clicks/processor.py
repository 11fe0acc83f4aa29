"""Counts clicks for each ad and stops counting money when the budget is used up."""
import base64
import json
import logging
import os
from collections import Counter

logger = logging.getLogger()
logger.setLevel(logging.INFO)

CENTS_PER_CLICK = 3


def read_click(record):
    """The click of a stream record. Raises ValueError when it is none."""
    click = json.loads(base64.b64decode(record["kinesis"]["data"]))
    if not isinstance(click.get("ad"), str):
        raise ValueError("a click names its ad")
    return click


def handler(event, context):
    budget = int(os.environ["BUDGET_CENTS"])
    counts, failures = Counter(), []
    for record in event["Records"]:
        try:
            counts[read_click(record)["ad"]] += 1
        except ValueError as error:
            number = record["kinesis"]["sequenceNumber"]
            logger.warning("Record %s is unreadable: %s", number, error)
            failures.append({"itemIdentifier": number})
    spent = sum(counts.values()) * CENTS_PER_CLICK
    logger.info("Counted %s, %d of %d cents spent", dict(counts), spent, budget)
    return {"batchItemFailures": failures, "counts": counts, "overBudget": spent > budget}
