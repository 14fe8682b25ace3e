/** Which destinations and dead-letter queues a function may be given. Throws `InvalidParameterValueException`. */
import { AwsError, type Identity, type Principal } from '../../contract.ts';
import type { EventBuses } from '../events/buses.ts';
import { isFifoName } from '../sqs/names.ts';
import type { Queues } from '../sqs/queues.ts';
import { invalidParameter } from './errors.ts';
import { parseReference } from './names.ts';
import type { Configuration, FunctionStore, LambdaFunction } from './store.ts';

interface Given {
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** What the role has to be allowed, by the service of the destination. */
const ACTIONS = { sqs: 'SendMessage', lambda: 'InvokeFunction', events: 'PutEvents' } as const;
type Kind = keyof typeof ACTIONS;

/** What AWS takes, too, and this cloud does not have. */
const NOT_BUILT = ['sns', 's3'];

const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';
const isBuilt = (service: string): service is Kind => Object.hasOwn(ACTIONS, service);
const notBuilt = (what: string, service: string): AwsError =>
  new AwsError('NotImplemented', `${what} of this cloud do not go to ${service.toUpperCase()}.`, 501);

export class DestinationRules {
  constructor(
    private readonly identity: Identity,
    private readonly store: FunctionStore,
    private readonly queues: Queues,
    private readonly buses: EventBuses,
  ) {}

  /** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
  assertDestinations(of: LambdaFunction, given: Given): void {
    for (const arn of [given.onSuccess, given.onFailure]) {
      if (arn) this.assertDestination(of, arn, given);
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
  assertDeadLetters({ deadLetterTarget: arn, role }: Configuration): void {
    if (arn === undefined) return;
    const service = serviceOf(arn);
    if (service === 'sns') throw notBuilt('Dead letters', service);
    if (!/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) {
      throw invalidParameter(`The target ARN ${arn} is not supported for a dead letter configuration.`);
    }
    if (!this.queues.find(arn) || !this.may(role, 'sqs', arn)) {
      throw invalidParameter('The provided execution role does not have permissions to call SendMessage on SQS');
    }
  }

  private assertDestination(of: LambdaFunction, arn: string, given: Given): void {
    const service = serviceOf(arn);
    if (NOT_BUILT.includes(service)) throw notBuilt('Destinations', service);
    if (!isBuilt(service) || (service === 'sqs' && isFifoName(arn))) {
      const shown = (name: string, one: string | undefined) =>
        one === undefined ? 'null' : `${name}(destination=${one})`;
      throw invalidParameter(
        `The provided destination config DestinationConfig(onSuccess=${shown('OnSuccess', given.onSuccess)}, onFailure=${shown('OnFailure', given.onFailure)}) is invalid.`,
      );
    }
    if (!this.exists(service, arn)) throw invalidParameter(`The destination ARN ${arn} is invalid.`);
    if (arn === of.arn || arn.startsWith(`${of.arn}:`)) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    if (!this.may(of.latest.configuration.role, service, arn)) {
      throw invalidParameter(
        `The function's execution role does not have permissions to call ${ACTIONS[service]} on ${arn}`,
      );
    }
  }

  private exists(service: Kind, arn: string): boolean {
    if (service === 'sqs') return this.queues.find(arn) !== undefined;
    if (service === 'events') return this.buses.has(arn);
    const { accountId, name } = parseReference(arn, '');
    return this.store.find(accountId, name) !== undefined;
  }

  private may(role: string, service: Kind, arn: string): boolean {
    try {
      this.identity.authorize({
        principal: asRole(role),
        action: `${service}:${ACTIONS[service]}`,
        resource: arn,
        resourceAccount: arn.split(':')[4]!,
        ...(service === 'sqs' ? this.policyOf(arn) : {}),
      });
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  private policyOf(arn: string): { resourcePolicy?: string } {
    const policy = this.queues.find(arn)?.attributes.Policy;
    return policy ? { resourcePolicy: policy } : {};
  }
}

/** A role as policies see it, where no session of it is there yet. */
export const asRole = (role: string): Principal => ({
  kind: 'role',
  accountId: role.split(':')[4] ?? '',
  arn: role,
  roleArn: role,
  userId: role.split('/').at(-1) ?? '',
});
