/** The engines that a run can be judged on: the embedded cloud, or another AWS endpoint behind a gateway. */
import { type Capabilities, type CloudOptions, openCloud } from '#cloud';
import { UserError } from '../files.ts';
import { EMBEDDED } from './verdict.ts';

/** A cloud that one check at a time works on. */
export interface EngineCloud {
  readonly url: string;
  readonly token: string;
  /** Mistakes of the engine itself. */
  readonly internalErrors: readonly string[];
  capabilities(): Promise<Capabilities>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  /** As the verdict tells it. */
  readonly name: string;
  /** Throws `SandboxUnavailable`. */
  open(): Promise<EngineCloud>;
}

export const embedded = (options: Omit<CloudOptions, 'held' | 'identity'>): Engine => ({
  name: EMBEDDED,
  async open() {
    const cloud = await openCloud({ ...options, held: true, identity: 'checked' });
    return {
      ...cloud,
      // Whatever years the last run has let pass: each begins today.
      async reset() {
        await cloud.reset();
        cloud.clock.hold(Math.floor(Date.now() / 1000) * 1000);
      },
    };
  },
});

const LOCALSTACK = 'http://127.0.0.1:4566';
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export interface EngineRequest {
  /** The variable CLOUD: `localstack`, or an address. */
  readonly cloud: string | undefined;
  /** The variable CLOUD_ALLOW_REMOTE. */
  readonly allowRemote: string | undefined;
}

/** The address of the engine that is asked for; undefined for the embedded one. Throws `UserError` for what is none. */
export function addressOf({ cloud, allowRemote }: EngineRequest): string | undefined {
  if (cloud === undefined || cloud === '' || cloud === EMBEDDED) return undefined;
  const address = cloud.toLowerCase() === 'localstack' ? LOCALSTACK : cloud;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`CLOUD=${cloud} is no engine. It is ‘localstack’, or an address like http://127.0.0.1:4566.`);
  }
  if (!LOOPBACK.includes(url.hostname) && allowRemote !== 'yes') {
    throw new UserError(
      `CLOUD=${cloud} is not on this machine. Labs create and delete things there, and a real AWS account would be billed. If it is meant, say so: CLOUD_ALLOW_REMOTE=yes`,
    );
  }
  return url.origin;
}

/** Finds out what the engine at an address is and can. Throws `UserError` where nothing answers. */
export async function foreign(address: string): Promise<Engine> {
  // It comes with clients of its own, which nobody else waits for.
  const { EngineUnreachable, openForeignEngine } = await import('../../cloud/gateway/engine.ts');
  try {
    return await openForeignEngine(address);
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error;
    throw new UserError(
      `${error.message}${address === LOCALSTACK ? ' Start LocalStack in another terminal: npm run localstack' : ''}`,
    );
  }
}
