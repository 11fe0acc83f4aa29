# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens to a log group with botocore, lets a function speak, and prints what it heard: its message, or why there was none.

Arguments: address of the endpoint, name of the function. Exit code 77 where botocore is not installed or knows no Live Tail.
"""
import sys
import threading

try:
    import botocore.session
    from botocore.config import Config
except ImportError:
    sys.exit(77)

endpoint, function = sys.argv[1:3]
session = botocore.session.get_session()
config = Config(inject_host_prefix=False, retries={"max_attempts": 0}, read_timeout=20)


def client(service):
    return session.create_client(service, region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b", config=config)


logs = client("logs")
if not hasattr(logs, "start_live_tail"):
    sys.exit(77)
try:
    logs.start_live_tail(logGroupIdentifiers=["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/nobody"])
    sys.exit("a group that is not there was accepted")
except logs.exceptions.ResourceNotFoundException:
    pass
group = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/" + function)["logGroups"][0]["logGroupArn"]
stream = logs.start_live_tail(logGroupIdentifiers=[group], logEventFilterPattern="hello")["responseStream"]
started = False
for event in stream:
    if "sessionStart" in event:
        started = event["sessionStart"]["logGroupIdentifiers"] == [group]
        threading.Thread(target=lambda: client("lambda").invoke(FunctionName=function, Payload=b'{"n":7}')).start()
    results = event.get("sessionUpdate", {}).get("sessionResults", [])
    if results:
        print(started, len(results), results[0]["message"].strip(), results[0]["logGroupIdentifier"])
        break
stream.close()
