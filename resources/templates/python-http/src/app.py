import json


def handler(event, context):
    name = (event.get("pathParameters") or {}).get("name", "world")
    print("Greeting", name)
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"message": f"Hello, {name}"}),
    }
