/**
 * EC2: instances in processes of this machine, which run their user data and have a metadata service. All of it is loaded with
 * the SDK's client, the largest there is, by the first call: a cloud without instances starts as if there were no EC2.
 */
import type { Core, Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import type { Directory } from '../../identity/directory.ts';
import type { Sandbox } from '../../sandbox/contract.ts';
import { clients } from '../../sdk.ts';
import type { BeginSession } from './metadata/credentials.ts';
import type { Instance } from './store.ts';

export interface Ec2Options {
  readonly sandbox: () => Promise<Sandbox>;
  readonly directory: Directory;
  /** What an image brings along beside Node: the SDK. */
  readonly modules: () => Promise<string>;
  /** Begins the sessions of instances' roles; the core's identity does, unless told. */
  readonly begin?: BeginSession;
}

export type Ec2Service = Service & {
  /** All instances, for tests and for `doctor`. */
  instances(): readonly Instance[];
};

export function createEc2(core: Core, options: Ec2Options): Ec2Service {
  const opened = new Once(async () => await (await import('./service.ts')).openEc2(core, options));
  return {
    ...late('ec2', clients.ec2, opened),
    instances: () => opened.made?.instances() ?? [],
    async close() {
      await opened.made?.reset();
    },
  };
}
