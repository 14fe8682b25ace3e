/** Checks a function's configuration, and describes it as the API does. */

import { createHash } from 'node:crypto';
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError } from '../../contract.ts';
import { Constraints } from '../../core/constraints.ts';
import { invalidParameter } from './errors.ts';
import { checkRuntime } from './runtimes.ts';
import type { Configuration, LambdaFunction, Version } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];

/** Settings that are not built, by what a request has to say to ask for one: they must not seem to work. */
const NOT_BUILT: readonly (readonly [name: string, asked: (input: NotBuilt) => boolean])[] = [
  ['Layers', ({ Layers }) => (Layers?.length ?? 0) > 0],
  ['PackageType Image', ({ PackageType }) => PackageType === 'Image'],
  ['VpcConfig', ({ VpcConfig }) => (VpcConfig?.SubnetIds?.length ?? 0) > 0],
  ['FileSystemConfigs', ({ FileSystemConfigs }) => (FileSystemConfigs?.length ?? 0) > 0],
  ['SnapStart', ({ SnapStart }) => SnapStart?.ApplyOn === 'PublishedVersions'],
  ['LoggingConfig', ({ LoggingConfig: to }) => to?.LogFormat === 'JSON' || to?.LogGroup !== undefined],
];

type NotBuilt = Partial<
  Pick<
    lambda.CreateFunctionCommandInput,
    'Layers' | 'PackageType' | 'VpcConfig' | 'FileSystemConfigs' | 'SnapStart' | 'LoggingConfig'
  >
>;

type Input = Partial<
  Pick<
    lambda.CreateFunctionCommandInput,
    | 'Description'
    | 'Role'
    | 'Handler'
    | 'Runtime'
    | 'Timeout'
    | 'MemorySize'
    | 'Environment'
    | 'Architectures'
    | 'EphemeralStorage'
    | 'DeadLetterConfig'
  >
>;

/** The configuration after a request: what it names, else what was, else AWS's default. Throws `InvalidParameterValueException`. */
export function configure(input: Input & NotBuilt, before?: Configuration): Configuration {
  const asked = NOT_BUILT.find(([, asks]) => asks(input));
  if (asked) throw new AwsError('NotImplemented', `${asked[0]} of functions is not built in this cloud.`, 501);
  const configuration: Configuration = {
    description: input.Description ?? before?.description ?? '',
    role: input.Role ?? before?.role ?? '',
    handler: input.Handler ?? before?.handler ?? '',
    runtime: input.Runtime ?? before?.runtime ?? '',
    timeout: input.Timeout ?? before?.timeout ?? 3,
    memory: input.MemorySize ?? before?.memory ?? 128,
    variables: input.Environment ? { ...input.Environment.Variables } : before?.variables,
    architectures: input.Architectures ?? before?.architectures ?? ['x86_64'],
    ephemeralStorage: input.EphemeralStorage?.Size ?? before?.ephemeralStorage ?? 512,
    // An empty ARN takes the queue away; a configuration without one changes nothing.
    deadLetterTarget: (input.DeadLetterConfig?.TargetArn ?? before?.deadLetterTarget) || undefined,
  };
  checkInput(input, configuration);
  checkRuntime(configuration.runtime);
  if (!/^[^\s]{1,128}$/.test(configuration.handler)) throw invalidParameter('Handler is missing or not valid.');
  checkVariables(configuration.variables ?? {});
  return configuration;
}

const ROLE = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
const ARCHITECTURES = ['x86_64', 'arm64'];

/** What AWS checks before anything else. Throws `ValidationException`. */
function checkInput(input: Input, { role, timeout, memory, ephemeralStorage }: Configuration): void {
  const constraints = new Constraints()
    .check(role, 'role', { pattern: ROLE })
    .check(timeout, 'timeout', { range: [1, 900] })
    .check(memory, 'memorySize', { range: [128, 10_240] })
    .check(ephemeralStorage, 'ephemeralStorage.size', { range: [512, 10_240] });
  checkArchitectures(constraints, input.Architectures).enforce();
}

export function checkArchitectures(constraints: Constraints, given: readonly string[] | undefined): Constraints {
  const shown = `[${(given ?? []).join(', ')}]`;
  if (given && given.length > 1) {
    constraints.broken(shown, 'architectures', 'Member must have length less than or equal to 1');
  }
  if (given?.some((one) => !ARCHITECTURES.includes(one))) {
    const rule = `Member must satisfy constraint: [Member must satisfy enum value set: [${ARCHITECTURES.join(', ')}], Member must not be null]`;
    constraints.broken(shown, 'architectures', rule);
  }
  return constraints;
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED.includes(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const invalid = Object.keys(variables).find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (invalid !== undefined) throw invalidParameter(`The environment variable name ${invalid} is not valid.`);
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > 4096) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
}

/** Would publishing make a new version? Code and configuration count, and the description of $LATEST among it. */
export function sameContent(left: Version, right: Version): boolean {
  const content = ({ configuration, draftDescription, package: { sha256 } }: Version) => {
    const { description, variables, ...rest } = configuration;
    return JSON.stringify([sha256, draftDescription ?? description, rest, Object.entries(variables ?? {}).sort()]);
  };
  return content(left) === content(right);
}

/** A version that an update has published is there once the update is done (recorded: test_publish_with_update). */
const isComing = (of: LambdaFunction, version: Version): boolean =>
  of.updating && version.package === of.latest.package && version.package !== of.serving.package;

export function describeVersion(of: LambdaFunction, version: Version, arn = version.arn): lambda.FunctionConfiguration {
  const { configuration, package: code } = version;
  const latest = version.name === '$LATEST';
  const pending = latest ? of.state === 'Pending' : isComing(of, version);
  return {
    FunctionName: of.name,
    FunctionArn: arn,
    Runtime: configuration.runtime as lambda.Runtime,
    Role: configuration.role,
    Handler: configuration.handler,
    CodeSize: code.zip.length,
    CodeSha256: code.sha256,
    Description: configuration.description,
    Timeout: configuration.timeout,
    MemorySize: configuration.memory,
    LastModified: new Date(version.modifiedAt).toISOString().replace('Z', '+0000'),
    Version: version.name,
    ...(configuration.variables ? { Environment: { Variables: { ...configuration.variables } } } : {}),
    ...(configuration.deadLetterTarget ? { DeadLetterConfig: { TargetArn: configuration.deadLetterTarget } } : {}),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: version.revisionId,
    PackageType: 'Zip',
    Architectures: [...configuration.architectures],
    EphemeralStorage: { Size: configuration.ephemeralStorage },
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeArn(of.region, configuration.runtime) },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${of.name}` },
    State: pending ? 'Pending' : 'Active',
    ...(pending ? { StateReason: 'The function is being created.', StateReasonCode: 'Creating' } : {}),
    ...(pending ? {} : statusOf(latest && of.updating)),
  };
}

/** Lists leave out state, runtime and what else has to be looked up: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export function listVersion(of: LambdaFunction, version: Version, arn = version.arn): lambda.FunctionConfiguration {
  const {
    State: _state,
    StateReason: _reason,
    StateReasonCode: _code,
    LastUpdateStatus: _status,
    LastUpdateStatusReason: _statusReason,
    LastUpdateStatusReasonCode: _statusCode,
    RuntimeVersionConfig: _runtime,
    ...listed
  } = describeVersion(of, version, arn);
  return listed;
}

const runtimeArn = (region: string, runtime: string): string =>
  `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;

const statusOf = (updating: boolean): Partial<lambda.FunctionConfiguration> =>
  updating
    ? {
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: 'The function is being created.',
        LastUpdateStatusReasonCode: 'Creating' as lambda.LastUpdateStatusReasonCode,
      }
    : { LastUpdateStatus: 'Successful' };
