"""LocalStack's Lambda in the workbook's execution environments, DynamoDB Local from a folder of jars, and no trace of
LocalStack outside of its folder and of this machine.

An execution environment of LocalStack is one of ours: a tree of processes that is stopped when the handler has returned.
This module only passes on what LocalStack asks for; the program that started LocalStack does it, at WORKBOOK_EXECUTOR.
"""

import functools
import os
import subprocess
import tempfile

import requests
from localstack import config
from localstack.runtime import hooks
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
from localstack.utils.threads import TMP_THREADS, FuncThread

EXECUTOR = os.environ.get("WORKBOOK_EXECUTOR", "")
JARS = os.environ.get("WORKBOOK_DYNAMODB_JARS", "")


def ask(method, path, **more):
    # No limit of time: a function has its own. No proxy: this machine asks itself.
    session = requests.Session()
    session.trust_env = False
    answer = session.request(method, f"{EXECUTOR}/{path}", **more)
    answer.raise_for_status()
    return answer.json()


class WorkbookExecutor(RuntimeExecutor):
    def start(self, env_vars):
        version = self.function_version
        settings = version.config
        ask(
            "PUT",
            f"environments/{self.id}",
            json={
                "account": version.id.account,
                "region": version.id.region,
                "name": version.id.function_name,
                "version": version.id.qualifier,
                "arn": version.qualified_arn,
                "code": str(settings.code.get_unzipped_code_location()),
                "role": settings.role,
                "handler": settings.handler,
                "runtime": settings.runtime,
                "timeout": settings.timeout,
                "memory": settings.memory_size,
                "variables": dict(settings.environment or {}),
                "given": {name: str(value) for name, value in env_vars.items()},
            },
        )

    def invoke(self, payload):
        request_id = payload["invoke-id"]
        answer = ask(
            "POST",
            f"environments/{self.id}",
            json={"requestId": request_id, "arn": payload["invoked-function-arn"], "payload": payload["payload"]},
        )
        return InvocationResult(request_id, answer["payload"].encode(), is_error=answer["failed"], logs=answer["logs"])

    def stop(self):
        ask("DELETE", f"environments/{self.id}")

    def get_logs(self):
        return ""

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return EXECUTOR

    @classmethod
    def prepare_version(cls, function_version):
        settings = function_version.config
        if not (settings.runtime or "").startswith(("nodejs", "python3.")):
            raise ValueError(f"without Docker only Node.js and Python run, not {settings.runtime or 'an image'}")
        if settings.layers:
            raise ValueError("without Docker a function has no layers")
        settings.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        # Versions share their unpacked code.
        pass


class WorkbookExecutorPlugin(RuntimeExecutorPlugin):
    name = "workbook"

    def load(self, *args, **kwargs):
        return WorkbookExecutor


class DynamoDbLocal(FuncThread):
    """In LocalStack's own group of processes, with which it ends. It has no setting for the address that it listens on."""

    process = None

    def __init__(self, port):
        super().__init__(self.serve, name="dynamodb-local")
        main = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
        # Nothing of it lies in /tmp, where it would stay when it is killed.
        files = ["-XX:-UsePerfData", f"-Djava.io.tmpdir={tempfile.gettempdir()}"]
        jvm = [f"-Xmx{config.DYNAMODB_HEAP_SIZE}", *files, f"-Djava.library.path={JARS}", "-cp", f"{JARS}/*"]
        self.command = ["java", *jvm, main, "-inMemory", "-port", str(port)]

    def serve(self, *_):
        quiet = subprocess.DEVNULL
        environment = {**os.environ, "DDB_LOCAL_TELEMETRY": "0"}
        self.process = subprocess.Popen(self.command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
        self.process.wait()

    def stop(self, quiet=False):
        super().stop(quiet)
        if self.process:
            self.process.terminate()


@hooks.on_infra_start(should_load=lambda: bool(JARS))
def dynamodb_from_jars():
    """LocalStack would fetch DynamoDB Local from an address of its own; ours came from Maven Central."""
    from localstack.services.dynamodb.server import DynamodbServer

    def start(server):
        thread = DynamoDbLocal(server.port)
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start


@hooks.on_runtime_create()
def of_this_machine_alone():
    """LocalStack looks at the host in GATEWAY_LISTEN for IPv6 only, and would listen on all addresses; it checks neither
    signatures nor policies."""
    from twisted.internet import endpoints

    endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")


@hooks.on_infra_start()
def objects_in_our_folder():
    """Objects would lie in a folder of a fixed name under /tmp, shared by all LocalStacks of a machine, and stay there."""
    from localstack.services.s3 import provider

    provider.DEFAULT_S3_TMP_DIR = os.path.join(config.dirs.tmp, "s3")
