#!/bin/sh
# The AWS CLI against the cloud. Prints a line per check: `ok NAME`, or `not ok NAME: WHY`.
# Version 1 of the CLI does not look for SQS at AWS_ENDPOINT_URL, so the address is given each time.
# Needs: aws in $AWS, the cloud's address in $AWS_ENDPOINT_URL, a folder to work in as $1.
set -u
cd "$1" || exit 1
export AWS_ACCESS_KEY_ID=444455556666 AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1 AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null

aws_() {
  "$AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"
}

check() {
  name="aws: $1"
  expected=$2
  shift 2
  seen=$("$@" 2>&1)
  case $seen in
    *"$expected"*) echo "ok $name" ;;
    *) echo "not ok $name: expected $expected, seen $(echo "$seen" | tr '\n' '|')" ;;
  esac
}

printf 'hello' > 'a b.txt'
head -c 9000000 /dev/urandom > large.bin

check 'who am I' 444455556666 aws_ sts get-caller-identity --query Account --output text
check 'make a bucket' make_bucket aws_ s3 mb s3://shell
check 'upload' upload: aws_ s3 cp 'a b.txt' 's3://shell/a b+ü.txt'
check 'upload in parts' upload: aws_ s3 cp large.bin s3://shell/large.bin
check 'list' 'a b+ü.txt' aws_ s3 ls s3://shell
check 'download' hello aws_ s3 cp 's3://shell/a b+ü.txt' -
aws_ s3 cp s3://shell/large.bin back.bin >/dev/null 2>&1
check 'what was uploaded in parts comes back' same sh -c 'cmp large.bin back.bin && echo same'
check 'presign' Signature= aws_ s3 presign 's3://shell/a b+ü.txt'
url=$(aws_ s3 presign 's3://shell/a b+ü.txt')
check 'read by the presigned URL' hello curl -s "$url"
check 'make a queue' /444455556666/shell aws_ sqs create-queue --queue-name shell --output text
queue=$(aws_ sqs get-queue-url --queue-name shell --output text)
check 'send' MessageId aws_ sqs send-message --queue-url "$queue" --message-body hello --output json
check 'receive' hello aws_ sqs receive-message --queue-url "$queue" --query 'Messages[].Body' --output text
check 'an error' NonExistentQueue aws_ sqs get-queue-url --queue-name none
check 'make a topic' :444455556666:shell aws_ sns create-topic --name shell --output text
check 'publish' MessageId aws_ sns publish --topic-arn arn:aws:sns:us-east-1:444455556666:shell --message hello --output json
check 'no such topic' 'Topic does not exist' aws_ sns publish --topic-arn arn:aws:sns:us-east-1:444455556666:none --message hello
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
check 'make a role' role/shell aws_ iam create-role --role-name shell --assume-role-policy-document "$trust" --query Role.Arn --output text
check 'list functions' Functions aws_ lambda list-functions --output json
aws_ cloudwatch put-metric-data --namespace shell --metric-name m --value 3
check 'list metrics' shell aws_ cloudwatch list-metrics --namespace shell --query 'Metrics[].Namespace' --output text
aws_ cloudwatch put-metric-alarm --alarm-name shell --namespace shell --metric-name m --statistic Sum --period 60 \
  --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanThreshold
check 'describe alarms' INSUFFICIENT_DATA aws_ cloudwatch describe-alarms --query 'MetricAlarms[].StateValue' --output text
check 'remove a bucket and what is in it' remove_bucket aws_ s3 rb s3://shell --force
