"""boto3 against an account of the cloud: all checks, or those named. Prints a line per check: `ok NAME`, or `not ok NAME: WHY`."""

import io
import json
import os
import sys
import time
import traceback
import urllib.request
import zipfile
from datetime import datetime, timedelta, timezone

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, ACCOUNT, *NAMES = sys.argv[1:]
session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="any", region_name="us-east-1")


def client(service, **more):
    return session.client(service, endpoint_url=ENDPOINT, **more)


s3 = client("s3")


def objects():
    s3.create_bucket(Bucket="python")
    s3.put_object(Bucket="python", Key="a b+ü.txt", Body=b"hello", Metadata={"kind": "greeting"})
    read = s3.get_object(Bucket="python", Key="a b+ü.txt")
    assert read["Body"].read() == b"hello"
    assert read["Metadata"] == {"kind": "greeting"}
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="python")["Contents"]]
    assert keys == ["a b+ü.txt"], keys


def path_style():
    styled = client("s3", config=Config(s3={"addressing_style": "path"}))
    styled.head_object(Bucket="python", Key="a b+ü.txt")


def chunked():
    body = io.BytesIO(os.urandom(200_000))
    s3.put_object(Bucket="python", Key="chunked", Body=body, ChecksumAlgorithm="SHA256")
    read = s3.get_object(Bucket="python", Key="chunked", ChecksumMode="ENABLED")
    assert len(read["Body"].read()) == 200_000
    assert read["ChecksumSHA256"]


def multipart():
    data = os.urandom(12 * 1024 * 1024)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
    s3.upload_fileobj(io.BytesIO(data), "python", "large", Config=config)
    back = io.BytesIO()
    s3.download_fileobj("python", "large", back, Config=config)
    assert back.getvalue() == data


def presigned():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "python", "Key": "a b+ü.txt"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"hello"


def errors():
    try:
        s3.get_object(Bucket="python", Key="none")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "NoSuchKey", error.response
    try:
        client("sqs").get_queue_url(QueueName="none")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", error.response


def queues():
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="python")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}})
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == "hello"
    assert message["MessageAttributes"]["n"]["StringValue"] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "35", "DelaySeconds": "1"})
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "DelaySeconds"])["Attributes"]
    assert told == {"VisibilityTimeout": "35", "DelaySeconds": "1"}, told
    sqs.tag_queue(QueueUrl=url, Tags={"a & b": "<ü>"})
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a & b": "<ü>"}
    entries = [{"Id": "a", "MessageBody": "a"}, {"Id": "b", "MessageBody": "b", "DelaySeconds": 901}]
    batch = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in batch["Successful"]] == ["a"], batch
    assert [entry["Id"] for entry in batch["Failed"]] == ["b"], batch
    try:
        sqs.send_message(QueueUrl=url + "-none", MessageBody="hello")
        raise AssertionError("QueueDoesNotExist was expected")
    except sqs.exceptions.QueueDoesNotExist as error:
        assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", error.response


def topics():
    sqs, sns = client("sqs"), client("sns")
    topic = sns.create_topic(Name="python", Tags=[{"Key": "a", "Value": "1"}])["TopicArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": allow})
    url = sqs.create_queue(QueueName="subscribed", Attributes={"Policy": policy})["QueueUrl"]
    attributes = {"FilterPolicy": json.dumps({"kind": ["wanted"]})}
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:subscribed"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=attributes)
    for kind in ("wanted", "unwanted"):
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}})
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)["Messages"]
    body = json.loads(message["Body"])
    assert (body["Message"], body["TopicArn"]) == ("wanted", topic), body
    try:
        sns.publish(TopicArn=topic + "-none", Message="x")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "NotFound", error.response


def functions():
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = client("iam").create_role(RoleName="python", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    assert role["AssumeRolePolicyDocument"] == trust
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as zipped:
        zipped.writestr("index.js", "exports.handler = async ({ n }) => { console.log('adding'); return n + 1; };")
    functions = client("lambda")
    functions.create_function(
        FunctionName="add", Role=role["Arn"], Runtime="nodejs24.x", Handler="index.handler", Code={"ZipFile": package.getvalue()}
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="add", WaiterConfig={"Delay": 1})
    answer = functions.invoke(FunctionName="add", Payload=b'{"n": 41}')
    assert answer["Payload"].read() == b"42"
    logs = client("logs")
    events = []
    while not events:
        events = logs.filter_log_events(logGroupName="/aws/lambda/add", filterPattern="adding")["events"]
        time.sleep(0.05)


def metrics():
    cloudwatch = client("cloudwatch")
    now = datetime.now(timezone.utc)
    # Above 10 KiB boto3 compresses.
    dimensions = [{"Name": "name", "Value": "x" * 200}]
    data = [{"MetricName": "m", "Dimensions": dimensions, "Timestamp": now, "Value": 1.5, "Unit": "Count"}] * 100
    cloudwatch.put_metric_data(Namespace="python", MetricData=data)
    span = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5)}
    metric = {"Namespace": "python", "MetricName": "m", "Dimensions": dimensions}
    seen = cloudwatch.get_metric_statistics(**metric, **span, Period=60, Statistics=["Sum"])["Datapoints"]
    assert [point["Sum"] for point in seen] == [150.0], seen
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p50"}}
    (result,) = cloudwatch.get_metric_data(MetricDataQueries=[query], **span)["MetricDataResults"]
    assert result["Values"] == [1.5] and result["StatusCode"] == "Complete", result


def alarms():
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="python",
        Namespace="python",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
    )
    cloudwatch.set_alarm_state(AlarmName="python", StateValue="ALARM", StateReason="by hand")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["python"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "by hand"), alarm
    for name, value, code in (("none", "OK", "ResourceNotFound"), ("python", "MAYBE", "ValidationError")):
        try:
            cloudwatch.set_alarm_state(AlarmName=name, StateValue=value, StateReason="x")
            raise AssertionError(f"{code} was expected")
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, error.response


def identity():
    assert client("sts").get_caller_identity()["Account"] == ACCOUNT


checks = (identity, objects, path_style, chunked, multipart, presigned, errors, queues, topics, functions, metrics, alarms)
for check in (check for check in checks if check.__name__ in NAMES or not NAMES):
    name = f"boto3 {boto3.__version__}: {check.__name__.replace('_', ' ')}"
    try:
        check()
        print(f"ok {name}", flush=True)
    except Exception:
        why = traceback.format_exc().strip().replace("\n", " | ")
        print(f"not ok {name}: {why}", flush=True)
