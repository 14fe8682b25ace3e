/** Where an execution environment runs, and what runs in it: this cloud's functions, or those of another control plane. */
import type { Core, Faults, Identity, Trace } from '../../contract.ts';
import type { Sandbox } from '../../sandbox/contract.ts';
import type { RuntimeApi } from './runtime-api.ts';
import type { LambdaFunction, Version } from './store.ts';

/** What an environment needs of the cloud around it, which may be another's. */
export interface Surroundings extends Pick<Core, 'clock' | 'logs' | 'endpoint' | 'callers'> {
  readonly trace: Pick<Trace, 'add' | 'amend'>;
  readonly identity: Pick<Identity, 'mintSession'>;
  readonly faults: Pick<Faults, 'match'>;
}

/** Whose code runs, and what of it. */
export type Owner = Pick<LambdaFunction, 'accountId' | 'region' | 'name'>;
export interface Deployment extends Pick<Version, 'name' | 'arn'> {
  readonly configuration: Pick<
    Version['configuration'],
    'role' | 'handler' | 'runtime' | 'timeout' | 'memory' | 'variables'
  > &
    Partial<Pick<Version['configuration'], 'ephemeralStorage'>>;
  readonly package: Pick<Version['package'], 'folder'>;
}

export interface Host {
  readonly core: Surroundings;
  readonly sandbox: Sandbox;
  readonly runtimeApi: RuntimeApi;
  readonly layer: string;
  readonly folder: string;
  /** False while a learner debugs: neither the time limit nor the watch over the CPU ends anything. */
  readonly limits: boolean;
  /** CPU seconds of one invocation after which it is ended as a runaway; only where time is held. */
  readonly cpuSeconds: number;
  readonly inspector?: (name: string, url: string) => void;
  /** Variables that a function finds in place of ours: another control plane has names and addresses of its own. */
  readonly variables?: Readonly<Record<string, string>>;
}
