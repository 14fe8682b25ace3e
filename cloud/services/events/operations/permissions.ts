/** Who else may put events on a bus. Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
import type * as eb from '@aws-sdk/client-eventbridge';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { type Policy, parsePolicy, type Statement } from '../../../identity/policy.ts';
import { authorize } from '../access.ts';
import { invalid, notFound } from '../errors.ts';
import type { Bus, EventStore } from '../store.ts';

export const permissions = (store: EventStore) => {
  const find = (name: string | undefined, call: Call): Bus => {
    const bus = store.bus(call.accountId, name);
    authorize(call, bus.arn, bus);
    return bus;
  };

  /** Adds a statement, or replaces the whole policy by one. Throws `ResourceNotFoundException`, `ValidationException`. */
  const put: Operation<eb.PutPermissionCommandInput, eb.PutPermissionCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.StatementId, 'statementId', { pattern: '[a-zA-Z0-9-_]+', length: [1, 64] })
      .check(input.Principal, 'principal', { pattern: '(\\d{12}|\\*)', length: [1, 12] })
      .check(input.Action, 'action', { pattern: 'events:[a-zA-Z]+', length: [1, 64] })
      .enforce();
    const bus = find(input.EventBusName, call);
    if (input.Policy !== undefined) keep(bus, readPolicy(input.Policy).Statement, call);
    else {
      const { StatementId: sid, Principal: principal, Action: action, Condition: condition } = input;
      if (!sid || !principal || !action) {
        throw invalid('Parameter(s) Action, Principal and StatementId must be specified without a Policy.');
      }
      const others = statementsOf(bus).filter(({ Sid }) => Sid !== sid);
      const added = statement(bus, sid, principal, action, condition);
      readPolicy(JSON.stringify({ Statement: [added] }));
      keep(bus, [...others, added], call);
    }
    return {};
  };

  const remove: Operation<eb.RemovePermissionCommandInput, eb.RemovePermissionCommandOutput> = (input, call) => {
    const bus = find(input.EventBusName, call);
    const before = statementsOf(bus);
    const left = input.RemoveAllPermissions ? [] : before.filter(({ Sid }) => Sid !== input.StatementId);
    if (left.length === before.length) throw notFound('Statement with the provided id does not exist.');
    keep(bus, left, call);
    return {};
  };

  return { PutPermission: put, RemovePermission: remove };
};

function readPolicy(text: string): Policy {
  try {
    return parsePolicy(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

const statementsOf = (bus: Bus): readonly Statement[] => (bus.policy ? parsePolicy(bus.policy).Statement : []);

const statement = (
  bus: Bus,
  sid: string,
  principal: string,
  action: string,
  condition: eb.Condition | undefined,
): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
  Action: action,
  Resource: bus.arn,
  ...(condition ? { Condition: { [condition.Type!]: { [condition.Key!]: condition.Value! } } } : {}),
});

function keep(bus: Bus, statements: readonly Statement[], call: Call): void {
  bus.policy = statements.length > 0 ? JSON.stringify({ Version: '2012-10-17', Statement: statements }) : undefined;
  bus.modifiedAt = call.core.clock.now();
}
