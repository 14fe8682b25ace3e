/** What serves Lambda's calls. */
import type { Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import type { AsyncQueue } from './asynchronous.ts';
import type { LambdaOptions } from './index.ts';
import type { Invoker } from './invoker.ts';
import type { Lambda } from './lambda.ts';
import { concurrency } from './operations/concurrency.ts';
import { eventInvokeConfigs } from './operations/event-invoke-config.ts';
import { Mappings } from './operations/event-source-mappings.ts';
import { functionUrls } from './operations/function-urls.ts';
import { functions } from './operations/functions.ts';
import { invoke } from './operations/invoke.ts';
import { permissions } from './operations/permissions.ts';
import { tags } from './operations/tags.ts';
import { updates } from './operations/updates.ts';
import { versions } from './operations/versions.ts';

export function openLambda(lambda: Lambda, invoker: Invoker, events: AsyncQueue, options: LambdaOptions): Opened {
  const mappings = new Mappings(lambda, options);
  return {
    handlers: {
      ...functions(lambda),
      ...updates(lambda),
      ...versions(lambda),
      ...permissions(lambda),
      ...functionUrls(lambda),
      ...tags(lambda, (arn) => mappings.byArn(arn)),
      ...concurrency(lambda),
      ...eventInvokeConfigs(lambda),
      ...mappings.handlers,
      Invoke: invoke(lambda.store, invoker, events),
    } as Handlers,
    reset: (accountId) => mappings.reset(accountId),
  };
}
