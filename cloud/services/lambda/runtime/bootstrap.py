"""
The runtime client of Python functions, as bootstrap.mjs is that of Node's: asks the runtime API for events and hands them to
the handler. It runs on whatever Python the machine has, from 3.8 on, with the standard library alone. Mirrors
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html, with errors and lines of the log as AWS's own client has them:
https://github.com/aws/aws-lambda-python-runtime-interface-client
"""

import decimal
import http.client
import importlib
import json
import logging
import os
import re
import secrets
import sys
import time
import traceback
from types import SimpleNamespace

# What the handler's code may replace is kept here as it was at the start.
ENV = dict(os.environ)
ADDRESS, _, PREFIX = ENV["AWS_LAMBDA_RUNTIME_API"].partition("/")
BASE = "/" + (PREFIX + "/" if PREFIX else "") + "2018-06-01/runtime"
monotonic = time.monotonic
write = os.write
Connection = http.client.HTTPConnection
current = None


def call(method, path, headers=None, body=b""):
    # One connection for each call: the server closes those that have waited while a handler ran.
    connection = Connection(ADDRESS)
    try:
        connection.request(method, BASE + path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


class Fault(Exception):
    """An error that is the runtime's and not the code's: it has a name of its own, and no traceback."""

    def __init__(self, name, message, trace=()):
        super().__init__(message)
        self.name = name
        self.trace = list(trace)


def mark_output(request_id):
    """Ends this invocation's output on both streams, so that what was printed before belongs to it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # The handler has closed it, or put something else in its place.
    closed = []
    for descriptor in (1, 2):
        left = ("\0end %s\n" % request_id).encode()
        while left:
            try:
                left = left[write(descriptor, left) :]
            except BlockingIOError:
                continue
            except OSError:
                closed.append(str(descriptor))
                break
    return {"x-output-closed": ",".join(closed)} if closed else {}


def one_event(text):
    """Lines of one event of the log: a new line would begin the next."""
    return text.rstrip("\n").replace("\n", "\r") + "\n"


class LogHandler(logging.Handler):
    def emit(self, record):
        record.aws_request_id = current or ""
        sys.stdout.write(one_event(self.format(record)))


def set_up_logging():
    # https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
    logging.Formatter.converter = time.gmtime
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler = LogHandler()
    handler.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)


def describe(error, request_id):
    if isinstance(error, Fault):
        name, trace = error.name, error.trace
    else:
        name = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            del frames[0]
        # Without the columns of newer Pythons, which would be underlined.
        trace = traceback.format_list([(one.filename, one.lineno, one.name, one.line) for one in frames])
    return {"errorMessage": str(error), "errorType": name, "requestId": request_id or "", "stackTrace": trace}


def tell(described):
    head = "[ERROR] %s" % described["errorType"]
    if described["errorMessage"]:
        head += ": %s" % described["errorMessage"]
    lines = [head, "Traceback (most recent call last):"]
    for line in "".join(described["stackTrace"]).splitlines():
        # CloudWatch's console would drop blanks at the beginning of a line.
        text = line.lstrip(" ")
        lines.append("\u00a0" * (len(line) - len(text)) + text)
    sys.stdout.write(one_event("\n".join(lines)))


NUMBER = secrets.token_hex(8)
# From 3.12 on, letters beyond ASCII are answered as they are; the runtimes before escape them.
ESCAPES = ENV["AWS_EXECUTION_ENV"] in ["AWS_Lambda_python3.%d" % minor for minor in range(8, 12)]


def other_types(value):
    """What JSON has no form for. A decimal is a number, digit for digit; it is put in after the encoding."""
    if isinstance(value, decimal.Decimal):
        return float("nan") if value.is_nan() else "%s(%s)" % (NUMBER, value)
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def marshal(value):
    if isinstance(value, bytes):
        return value
    try:
        text = json.dumps(value, default=other_types, ensure_ascii=ESCAPES)
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)
    return re.sub('"%s\\(([^)]*)\\)"' % NUMBER, r"\1", text).encode()


def unmarshal(body):
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)


def load_handler(name):
    try:
        path, function = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, error))
    if path.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % path)
    try:
        module = importlib.import_module(path.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (path, error))
    except SyntaxError as error:
        where = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (path, error), [where])
    if not hasattr(module, function):
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, path))
    return getattr(module, function)


class Context:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, request_id, headers):
        self.aws_request_id = request_id
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = None
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        # The deadline is a time of the cloud's clock, of which Python knows nothing.
        self._end = monotonic() + int(headers["x-timeout-ms"]) / 1000

    def get_remaining_time_in_millis(self):
        return max(0, round((self._end - monotonic()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def fail(path, described):
    tell(described)
    more = mark_output(current) if current else {}
    more["lambda-runtime-function-error-type"] = described["errorType"]
    call("POST", path, more, json.dumps(described).encode())


def serve(handler, request_id, headers, body):
    try:
        answer = marshal(handler(unmarshal(body), Context(request_id, headers)))
    except Exception as error:
        fail("/invocation/%s/error" % request_id, describe(error, request_id))
    else:
        call("POST", "/invocation/%s/response" % request_id, mark_output(request_id), answer)


def main():
    global current
    sys.path[0] = ENV["LAMBDA_TASK_ROOT"]
    set_up_logging()
    try:
        handler = load_handler(ENV["_HANDLER"])
    except Exception as error:
        fail("/init/error", describe(error, None))
        sys.exit(1)
    while True:
        status, headers, body = call("GET", "/invocation/next")
        if status != 200:
            sys.exit(0)
        current = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        serve(handler, current, headers, body)
        current = None


main()
