# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares requests with what botocore makes of the same calls.

One JSON object a line on standard input: service, operation, parameters, method, path, query, body. Prints a line for each
difference; exit code 77 where botocore is not installed.
"""
import base64
import json
import sys
from urllib.parse import parse_qs, parse_qsl

try:
    import botocore.session
    from botocore.serialize import create_serializer
    from botocore.validate import ParamValidator
except ImportError:
    sys.exit(77)

SERVICES = {"s3api": "s3"}
session = botocore.session.get_session()
models = {}


def model_of(service):
    name = SERVICES.get(service, service)
    if name not in models:
        models[name] = session.get_service_model(name)
    return models[name]


def with_blobs(value, shape):
    """Blobs are base 64 in the JSON, and bytes for botocore."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {key: with_blobs(each, shape.members[key]) if key in shape.members else each for key, each in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [with_blobs(each, shape.member) for each in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: with_blobs(each, shape.value) for key, each in value.items()}
    if shape.type_name == "blob":
        # Definitions of REST APIs are the body itself.
        return value.encode() if value.startswith("{") else base64.b64decode(value)
    return value


def body_of(text, content):
    if isinstance(text, bytes):
        text = text.decode()
    if content == "form":
        return parse_qs(text, keep_blank_values=True)
    return json.loads(text) if text else {}


def differences(request):
    model = model_of(request["service"])
    operation = model.operation_model(request["operation"])
    parameters = with_blobs(request["parameters"], operation.input_shape) if operation.input_shape else {}
    report = ParamValidator().validate(parameters, operation.input_shape) if operation.input_shape else None
    if report and report.has_errors():
        yield report.generate_report()
        return
    protocol = model.metadata["protocol"]
    # A service may have several; the query protocol is the only one with its call in the body.
    if request["body"].startswith("Action=") and "query" in model.metadata.get("protocols", []):
        protocol = "query"
    expected = create_serializer(protocol, False).serialize_to_request(parameters, operation)
    if request["method"] != expected["method"]:
        yield f"method {request['method']}, not {expected['method']}"
    if request["service"] == "s3api":
        return  # botocore puts the bucket into the host's name; here it is in the path, which S3 takes as well.
    path, _, fixed = expected["url_path"].partition("?")
    if request["path"] != path:
        yield f"path {request['path']}, not {path}"
    query = expected["query_string"]
    wanted = sorted(parse_qsl(fixed) + ([(key, each) for key, value in query.items() for each in (value if isinstance(value, list) else [value])] if isinstance(query, dict) else parse_qsl(query)))
    if sorted(parse_qsl(request["query"])) != sorted((key, str(value)) for key, value in wanted):
        yield f"query {request['query']}, not {wanted}"
    body = expected["body"]
    if protocol in ("query", "ec2"):
        given = {key: value[0] for key, value in body_of(request["body"], "form").items()}
        if given != {key: str(value) if not isinstance(value, bool) else str(value).lower() for key, value in body.items()}:
            yield f"body {given}, not {body}"
    elif request["method"] in ("POST", "PUT", "PATCH"):
        if body_of(request["body"], "json") != body_of(body, "json"):
            yield f"body {request['body'][:400]}, not {str(body)[:400]}"
    target = expected["headers"].get("X-Amz-Target", "")
    if request["target"] != target:
        yield f"target {request['target']}, not {target}"


seen = 0
for line in sys.stdin:
    call = json.loads(line)
    seen += 1
    for difference in differences(call):
        print(f"{call['service']} {call['operation']}: {difference}")
print(f"{seen} calls", file=sys.stderr)
