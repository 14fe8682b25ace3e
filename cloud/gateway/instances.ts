/**
 * Instances for an engine that has none which execute: EC2 and its metadata service are this cloud's, and run here. Everything else that
 * their programs call (buckets, queues, tables, functions) is the engine's: they are told the gateway's address, and get sessions of
 * the engine's roles.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunInstancesCommandInput, RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import type { Core, Operation, Principal, Service } from '../contract.ts';
import { createCallers } from '../core/callers.ts';
import { createTargets } from '../core/targets.ts';
import { DEFAULT_ACCOUNT } from '../identity/authenticate.ts';
import { createIdentity } from '../identity/index.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { Metrics } from '../services/cloudwatch/metrics.ts';
import { createEc2, type Ec2Service } from '../services/ec2/index.ts';
import { runtimeLayer } from '../services/lambda/runtime/layer.ts';
import { createLogs } from '../services/logs/index.ts';
import { requestOf } from '../wire/request.ts';
import { serviceOf } from '../wire/route.ts';
import { Wire } from '../wire/server.ts';
import { REGION } from './access.ts';
import type { Caller, Callers } from './callers.ts';
import { Roles } from './roles.ts';

export interface InstancesOptions {
  readonly core: Pick<Core, 'clock' | 'faults' | 'trace'>;
  readonly target: string;
  /** Told whose the keys are that instances get. */
  readonly callers: Callers;
  readonly sandbox: () => Promise<Sandbox>;
  /** The gateway as its clients see it. */
  readonly url: () => string;
  /** Exists; is removed by the caller. */
  readonly folder: string;
  /** Resolves when calls may go on: a grader can hold them all. */
  readonly released: () => Promise<void>;
  readonly onInternalError: (error: unknown, what: string) => void;
}

export interface Instances {
  /** Answers a request that is for EC2, and says so. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends all instances of an account, or all there are. */
  reset(accountId?: string): Promise<void>;
}

const NOTHING = Buffer.alloc(0);

export function createInstances(options: InstancesOptions): Instances {
  const { clock } = options.core;
  const identity = createIdentity('open', clock);
  const core: Core = {
    ...options.core,
    region: REGION,
    callers: createCallers(),
    // Whether a policy allows a call is the engine's affair, and it is not asked: none of those there are would say.
    identity: { ...identity, authorize: () => undefined },
    targets: createTargets(),
    logs: createLogs({ clock }),
    metrics: new Metrics(clock),
    endpoint: options.url,
    folder: options.folder,
    sandbox: 'process',
  };
  const roles = new Roles(options.target, identity.directory);
  const ec2 = createEc2(core, {
    sandbox: options.sandbox,
    directory: identity.directory,
    modules: runtimeLayer,
    async begin(role, name, _, cause) {
      const { credentials, arn } = await roles.begin(role, name);
      options.callers.learn(credentials.accessKeyId, { accountId: arn.split(':')[4]!, arn, cause });
      return credentials;
    },
  });
  const wire = new Wire({
    core,
    services: [learning(ec2, roles)],
    authenticate: async (request) => principalOf(await options.callers.of(request)),
    // Function URLs are the engine's.
    visit: () => undefined,
    senderOf: () => undefined,
    onInternalError: options.onInternalError,
  });
  return {
    serve(request, response) {
      if (serviceOf(requestOf(request, NOTHING)) !== 'ec2') return false;
      void options.released().then(() => wire.serve(request, response));
      return true;
    },
    async reset(accountId) {
      await ec2.reset(accountId);
      identity.reset(accountId);
    },
  };
}

/** As on LocalStack: who shows no key is the first account. */
const principalOf = ({ accountId, arn, cause }: Caller): Principal => ({
  kind: 'root',
  accountId: accountId || DEFAULT_ACCOUNT,
  arn,
  userId: accountId,
  ...(cause === undefined ? {} : { cause }),
});

/** EC2 that looks up the engine's profiles and roles at each launch. */
function learning(ec2: Ec2Service, roles: Roles): Service {
  const handlers: Record<string, Operation<never, unknown>> = {};
  return {
    ...ec2,
    handlers,
    async load() {
      const sdk = await ec2.load();
      const run = ec2.handlers.RunInstances as Operation<RunInstancesCommandInput, RunInstancesCommandOutput>;
      const launch: typeof run = async (input, call) => {
        await roles.learn(call.accountId, input.IamInstanceProfile);
        return await run(input, call);
      };
      Object.assign(handlers, ec2.handlers, { RunInstances: launch });
      return sdk;
    },
  };
}
