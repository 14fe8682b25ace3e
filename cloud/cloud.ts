/** The cloud: its services on one port, one clock, one identity, one sandbox. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CloudClock, createClock } from './clock.ts';
import type { Core, Service } from './contract.ts';
import { lateControls } from './control/late.ts';
import { createCallers } from './core/callers.ts';
import { createFaults } from './core/faults.ts';
import { removeWhenWeDie, temporaryFolder } from './core/folder.ts';
import { Once } from './core/late.ts';
import { createTargets } from './core/targets.ts';
import { createTrace } from './core/trace.ts';
import type { Capabilities } from './engine/capabilities.ts';
import { assertInTime } from './identity/in-time.ts';
import { createIdentity, type IdentityStore } from './identity/index.ts';
import type { Sandbox } from './sandbox/contract.ts';
import { createCloudWatch } from './services/cloudwatch/index.ts';
import { Metrics } from './services/cloudwatch/metrics.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEc2, type Ec2Service } from './services/ec2/index.ts';
import { createEvents } from './services/events/index.ts';
import { createIam } from './services/iam/index.ts';
import { createLambda, type LambdaService } from './services/lambda/index.ts';
import type { Authenticate } from './services/lambda/url/visits.ts';
import { createLogs } from './services/logs/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createScheduler } from './services/scheduler/index.ts';
import { createSns } from './services/sns/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSts } from './services/sts/index.ts';
import { createWireServer, type WireServer } from './wire/server.ts';

export interface CloudOptions {
  /** 0, which is the default, takes a free port. */
  readonly port?: number;
  /** Time stands still from the start and moves only by `advance` and by virtual latency. */
  readonly held?: boolean;
  /** `open`: a 12-digit access key is the account. `checked`: random keys, every signature verified, a token for the controls. */
  readonly identity: 'open' | 'checked';
  readonly sandbox?: 'process' | 'sealed';
  /** False while a learner debugs: no time limit and no watch over the CPU ends anything. */
  readonly limits?: boolean;
  /** Starts functions and scripts under Node's inspector, and is told where it listens. */
  readonly inspector?: (name: string, url: string) => void;
}

export interface Cloud {
  readonly url: string;
  /** For the `x-cloud-token` header of the controls; '' where none is asked for. */
  readonly token: string;
  readonly core: Core;
  readonly clock: CloudClock;
  readonly identity: IdentityStore;
  readonly lambda: LambdaService;
  readonly ec2: Ec2Service;
  readonly services: readonly Service[];
  /** Opens it, where nothing has needed it yet. */
  sandbox(): Promise<Sandbox>;
  /** Mistakes of the cloud itself since it started: never a client's. */
  readonly internalErrors: readonly string[];
  capabilities(): Promise<Capabilities>;
  /** Forgets what one account has, or all. */
  reset(accountId?: string): Promise<void>;
  close(): Promise<void>;
}

const REGION = 'us-east-1';
/** CPU seconds after which an invocation on a held clock counts as an endless loop. */
const CPU_SECONDS = 5;

/** Starts a cloud on loopback. Throws when the port is taken, and `SandboxUnavailable`. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const folder = temporaryFolder('serverless-cloud-');
  const dismiss = removeWhenWeDie(folder);
  const clock = createClock(options.held ? { heldAt: Math.floor(Date.now() / 1000) * 1000 } : {});
  const identity = createIdentity(options.identity, clock);
  const trace = createTrace(clock);
  const logs = createLogs({ clock });
  const metrics = new Metrics(clock);
  const token = options.identity === 'checked' ? randomBytes(24).toString('hex') : '';
  const internalErrors: string[] = [];
  const opened: { server?: WireServer } = {};
  const core: Core = {
    region: REGION,
    clock,
    trace,
    faults: createFaults(),
    callers: createCallers(),
    identity,
    targets: createTargets(),
    logs,
    metrics,
    endpoint: () => (opened.server ? `http://127.0.0.1:${opened.server.port}` : ''),
    folder,
    sandbox: options.sandbox ?? 'process',
  };
  const socket = join(folder, 'cloud.sock');
  const sandbox = new Once(async () => {
    const { openSandbox } = await import('./sandbox/index.ts');
    const { port, openRequests } = opened.server!;
    return await openSandbox({ name: core.sandbox, clock, port, socket, openRequests, folder });
  });
  const authenticate: Authenticate = (request, service) => {
    const principal = identity.authenticate(request, service);
    const caller = principal.cause === undefined ? undefined : core.callers.find(principal.cause);
    if (caller?.skew) assertInTime(request, service, clock.now());
    return principal;
  };
  const s3 = createS3(core);
  const sqs = createSqs(core);
  const dynamodb = createDynamoDb(core);
  const events = createEvents(core);
  const lambda = createLambda(core, {
    sandbox: () => sandbox.get(),
    queues: sqs.queues,
    streams: dynamodb.streams,
    buses: events.buses,
    readObject: s3.readObject,
    authenticate,
    limits: options.limits ?? true,
    cpuSeconds: CPU_SECONDS,
    ...(options.inspector ? { inspector: options.inspector } : {}),
  });
  const ec2 = createEc2(core, {
    sandbox: () => sandbox.get(),
    directory: identity.directory,
    modules: async () => (await import('./services/lambda/runtime/layer.ts')).runtimeLayer(),
  });
  const services: Service[] = [
    s3,
    sqs,
    lambda,
    ec2,
    logs,
    createIam(identity),
    createSts(identity),
    events,
    createScheduler(core),
    dynamodb,
    createSns(core),
    createCloudWatch(core, metrics),
  ];
  const reset = async (accountId?: string): Promise<void> => {
    await Promise.all(services.map((service) => service.reset(accountId)));
    identity.reset(accountId);
    core.faults.clear(accountId);
    trace.reset(accountId);
  };
  const control = lateControls(clock, async () =>
    (await import('./control/index.ts')).createControl({
      core,
      clock,
      identity,
      token,
      limits: options.limits ?? true,
      sandbox: await sandbox.get(),
      internalErrors,
      reset,
      folder,
      ...(options.inspector ? { inspector: options.inspector } : {}),
    }),
  );
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
    clock.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    dismiss();
  };
  try {
    const server = await createWireServer({
      core,
      services,
      port: options.port ?? 0,
      socket,
      authenticate,
      visit: lambda.visit,
      senderOf: ({ headers }) => sandbox.made?.causeOf(headers['x-cloud-request']),
      own: (request, response) => control(request, response) || lambda.handle(request, response),
      onInternalError: (error, what) => {
        internalErrors.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        console.error(`[cloud] ${internalErrors.at(-1)}`);
      },
    });
    closers.push(() => server.close());
    opened.server = server;
    // A sealed one that cannot be had is told of before anything else; who holds the clock is going to run programs.
    if (core.sandbox === 'sealed' || clock.held) await sandbox.get();
    closers.push(async () => (await sandbox.making?.catch(() => undefined))?.close());
    closers.push(async () => {
      for (const service of services) await service.close?.();
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: core.endpoint(),
    token,
    core,
    clock,
    identity,
    lambda,
    ec2,
    services,
    sandbox: () => sandbox.get(),
    internalErrors,
    capabilities: async () => (await import('./engine/embedded.ts')).embeddedCapabilities(await sandbox.get()),
    reset,
    close,
  };
}
