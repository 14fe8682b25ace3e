/** What a function finds in its environment. Mirrors https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
import type { TraceId } from '../../contract.ts';
import type { Environment } from './environment.ts';
import type { Host, Owner } from './host.ts';

/** Seconds that the credentials of an environment hold: longer than an environment lives. */
const CREDENTIALS_SECONDS = 12 * 3600;
/** Where a function finds programs. */
export const PATH = '/usr/local/bin:/usr/bin:/bin';

export function environmentVariables(
  { of, version, logStream }: Environment<Owner>,
  { core, variables }: Host,
  runtimePath: string,
  folders: { readonly task: string; readonly runtime: string },
  cause: TraceId,
): Record<string, string> {
  const { configuration } = version;
  const credentials = core.identity.mintSession(configuration.role, of.name, CREDENTIALS_SECONDS, cause);
  return {
    ...configuration.variables,
    _HANDLER: configuration.handler,
    AWS_REGION: of.region,
    AWS_DEFAULT_REGION: of.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: of.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memory),
    AWS_LAMBDA_FUNCTION_VERSION: version.name,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${of.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: `${new URL(core.endpoint()).host}${runtimePath}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    // Not on AWS: there the SDK finds AWS by itself, here it has to be told where the cloud is. A function's own word counts.
    AWS_ENDPOINT_URL: configuration.variables?.AWS_ENDPOINT_URL ?? core.endpoint(),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LAMBDA_TASK_ROOT: folders.task,
    LAMBDA_RUNTIME_DIR: folders.runtime,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH,
    ...variables,
  };
}
