/** EC2: instances in processes of this machine, which run their user data and have a metadata service. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Core, Handlers, Service } from '../../contract.ts';
import type { Directory } from '../../identity/directory.ts';
import type { Sandbox } from '../../sandbox/contract.ts';
import { attributes } from './attributes.ts';
import { describes } from './describe.ts';
import type { Ec2 } from './ec2.ts';
import { Lifecycle } from './lifecycle.ts';
import { Machine } from './machine.ts';
import { RoleCredentials } from './metadata/credentials.ts';
import { readItem } from './metadata/items.ts';
import { power } from './power.ts';
import { runInstances } from './run.ts';
import { type Instance, InstanceStore } from './store.ts';
import { tags } from './tags.ts';

export interface Ec2Options {
  readonly sandbox: () => Sandbox;
  readonly directory: Directory;
  /** What an image brings along beside Node: the SDK. */
  readonly modules: () => Promise<string>;
}

export type Ec2Service = Service & {
  /** All instances, for tests and for `doctor`. */
  instances(): readonly Instance[];
};

export function createEc2(core: Core, { sandbox, directory, modules }: Ec2Options): Ec2Service {
  const folder = join(core.folder, 'ec2');
  mkdirSync(folder, { recursive: true });
  const store = new InstanceStore();
  const lifecycle = new Lifecycle(core, store);
  const machine = (id: string, instance: () => Instance): Machine => {
    const credentials = new RoleCredentials(core);
    const roleOf = ({ profile }: Instance) =>
      directory.roles.get(directory.profiles.get(profile?.arn ?? '')?.role ?? '');
    return new Machine(
      {
        core,
        sandbox,
        modules,
        folder,
        metadata: {
          get instance() {
            return instance();
          },
          read: (path) => {
            const role = roleOf(instance());
            const about = {
              region: core.region,
              role: role?.name,
              credentials: () => (role ? credentials.read(instance(), role) : ''),
            };
            return readItem(instance(), about, path);
          },
        },
      },
      id,
    );
  };
  const own: Ec2 = { core, store, lifecycle, directory, machine };
  return {
    name: 'ec2',
    load: () => import('@aws-sdk/client-ec2'),
    handlers: {
      RunInstances: runInstances(own),
      ...power(own),
      ...describes(own),
      ...tags(own),
      ...attributes(own),
    } as Handlers,
    instances: () => store.of(),
    reset: (accountId) => lifecycle.forget(accountId),
    close: () => lifecycle.forget(),
  };
}
