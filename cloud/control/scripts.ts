/** Runs a script, a `deploy.ts` for instance, in a sandbox of its own with credentials of an account. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import type { Callers, Clock, Credentials, Timer, Trace, TraceId } from '../contract.ts';
import type { ProgramEnd, Sandbox } from '../sandbox/contract.ts';
import { runtimeLayer } from '../services/lambda/runtime/layer.ts';

/** Seconds that a script's credentials hold. */
const CREDENTIALS_SECONDS = 12 * 3600;
/** A bundler and an SDK start in it. */
const CPU_SECONDS = 30;
/** Milliseconds on the cloud's clock. Who waits any longer waits for ever, and a check has to end. */
const LONGEST = 3 * 3_600_000;
const OUTPUT_BYTES = 256 * 1024;
const MEMORY_MB = 512;

export const scriptRequest = z.strictObject({
  accountId: z.string().regex(/^\d{12}$/),
  /** The script's folder as a zip, in base64. */
  zip: z.string(),
  /** The JavaScript file to run, within that folder. */
  entry: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  args: z.array(z.string()).default([]),
  /** Folders of packages on this machine that the script may import from; a later one stands in front of an earlier one. */
  modules: z.array(z.string()).default([]),
});

/** Where scripts run. */
export interface ScriptHost {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly callers: Callers;
  readonly sandbox: () => Sandbox;
  readonly region: string;
  readonly endpoint: () => string;
  /** Keys for a script of this account. */
  readonly credentials: (accountId: string, seconds: number, cause: TraceId) => Credentials;
  readonly limits: boolean;
  readonly folder: string;
  readonly inspector?: (name: string, url: string) => void;
}

export interface ScriptEnd extends Omit<ProgramEnd, 'reason'> {
  readonly reason?: ProgramEnd['reason'] | 'time';
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly line: string }[];
}

/** Resolves when the script has ended; meanwhile a held clock moves on by itself, as a person waiting would let it. */
export async function runScript(
  { clock, trace, callers, sandbox, region, endpoint, credentials, limits, folder, inspector }: ScriptHost,
  request: z.infer<typeof scriptRequest>,
): Promise<ScriptEnd> {
  const { accountId, entry, args, environment, modules } = request;
  const place = join(folder, 'scripts', randomUUID());
  const [code, scratch] = [join(place, 'code'), join(place, 'scratch')];
  const output: { stream: 'stdout' | 'stderr'; line: string }[] = [];
  const busy = clock.busy('the start of a script');
  let stop: () => void = () => undefined;
  let forget: () => void = () => undefined;
  let limit: Timer | undefined;
  let late = false;
  try {
    await unpack(Buffer.from(request.zip, 'base64'), code);
    await mkdir(scratch, { recursive: true });
    const cause = trace.add({ kind: 'hop', accountId, service: 'cloud', operation: 'RunScript', resource: entry });
    const keys = credentials(accountId, CREDENTIALS_SECONDS, cause);
    const seen = sandbox().paths({ code, scratch });
    const starting = sandbox().start({
      kind: 'script',
      command: ['node', join(seen.code, entry), ...args],
      environment: {
        ...environment,
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_SESSION_TOKEN: keys.sessionToken ?? '',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ENDPOINT_URL: endpoint(),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        LANG: 'en_US.UTF-8',
        TZ: 'UTC',
      },
      code,
      scratch,
      // The SDK as functions have it, which starts faster.
      ...(modules.length > 0 ? { modules: [...modules, await runtimeLayer()] } : {}),
      memoryMb: MEMORY_MB,
      ...(limits ? { cpuSeconds: CPU_SECONDS } : {}),
      onOutput: (stream, line) => output.push({ stream, line }),
      outputBytes: OUTPUT_BYTES,
      ...(inspector && !limits ? { onInspector: (url: string) => inspector(entry, url) } : {}),
      cause,
    });
    forget = callers.add(cause, { kill: async () => (await starting).crash() });
    const program = await starting;
    stop = clock.drive();
    if (limits) {
      limit = clock.at(clock.now() + LONGEST, () => {
        late = true;
        void program.kill();
      });
    }
    busy();
    const end = await program.ended;
    return { ...end, ...(late ? { reason: 'time' } : {}), output };
  } finally {
    busy();
    stop();
    forget();
    limit?.cancel();
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    const to = normalize(path);
    if (path.endsWith('/') || to.startsWith('..') || to.startsWith('/')) continue;
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await writeFile(join(folder, to), content);
  }
}
