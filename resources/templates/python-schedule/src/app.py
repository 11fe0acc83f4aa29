def handler(event, context):
    print("Due at", event["time"])
    return {"reported": True}
