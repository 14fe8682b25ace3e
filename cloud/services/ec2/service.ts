/** EC2 as it is once somebody uses it: instances, their lifecycle and the operations on them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Core, Handlers } from '../../contract.ts';
import { attributes } from './attributes.ts';
import { describes } from './describe.ts';
import type { Ec2 } from './ec2.ts';
import type { Ec2Options } from './index.ts';
import { Lifecycle } from './lifecycle.ts';
import { Machine } from './machine.ts';
import { RoleCredentials } from './metadata/credentials.ts';
import { readItem } from './metadata/items.ts';
import { power } from './power.ts';
import { runInstances } from './run.ts';
import { type Instance, InstanceStore } from './store.ts';
import { tags } from './tags.ts';

export async function openEc2(core: Core, options: Ec2Options) {
  const { directory, modules, begin = core.identity.mintSession } = options;
  const sandbox = await options.sandbox();
  const folder = join(core.folder, 'ec2');
  mkdirSync(folder, { recursive: true });
  const store = new InstanceStore();
  const lifecycle = new Lifecycle(core, store);
  const machine = (id: string, instance: () => Instance): Machine => {
    const credentials = new RoleCredentials(core, begin);
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
    handlers: {
      RunInstances: runInstances(own),
      ...power(own),
      ...describes(own),
      ...tags(own),
      ...attributes(own),
    } as Handlers,
    instances: () => store.of(),
    reset: (accountId?: string) => lifecycle.forget(accountId),
  };
}
