import json
import os
import time
import urllib.request


def call(service, path, body, headers):
    url = os.environ['AWS_ENDPOINT_URL_' + service] + path
    return urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)).read().decode()


def front(event, context):
    json_type = {'Content-Type': 'application/x-amz-json-1.0'}
    call('SQS', '/', {'QueueUrl': os.environ['AWS_ENDPOINT_URL_SQS'] + '/123456789012/Orders', 'MessageBody': 'tea'}, json_type | {'X-Amz-Target': 'AmazonSQS.SendMessage'})
    urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL_SNS'], b'Action=Publish&Version=2010-03-31&Message=hello&TopicArn=arn:aws:sns:us-east-1:123456789012:News').read()
    call('LAMBDA', '/2015-03-31/functions/back/invocations', {'late': 1}, {'X-Amz-Invocation-Type': 'Event'})
    if event.get('fail'):
        call('LAMBDA', '/2015-03-31/functions/back/invocations', {'fail': 1}, {'X-Amz-Invocation-Type': 'Event'})
    return json.loads(call('LAMBDA', '/2015-03-31/functions/back/invocations', {'n': 7}, {}))


def back(event, context):
    if 'fail' in event:
        raise Exception('no')
    if 'late' in event:
        time.sleep(0.5)
        print('ran', 'late')
    return event.get('n', 0) * 6


def seen(event, context):
    print('read', event['Records'][0]['Sns']['Message'])


def came(event, context):
    key = event['Records'][0]['s3']['object']['key']
    print('object', key, urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL_S3'] + '/photos/' + key).read().decode())
