/** Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html and its siblings. */
import type * as eb from '@aws-sdk/client-eventbridge';
import { AwsError, type Call, type Core, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import { authorize } from '../access.ts';
import { keysOfRule } from '../condition-keys.ts';
import { invalid, invalidToken, limitExceeded } from '../errors.ts';
import { isPath } from '../input.ts';
import type { EventStore, Rule } from '../store.ts';
import { PAGE, RULE_NAME } from './rules.ts';

const MOST_TARGETS = 5;
const ARN = /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d{0,12}:.+$/;
/** Settings of targets that are not built, which must not seem to work. */
const NOT_BUILT = [
  'KinesisParameters',
  'RunCommandParameters',
  'EcsParameters',
  'BatchParameters',
  'HttpParameters',
  'RedshiftDataParameters',
  'SageMakerPipelineParameters',
  'AppSyncParameters',
] as const;

export const targets = (store: EventStore) => {
  /** `targets`: ARNs, each of which the caller's policies have to allow. */
  const find = (
    name: string | undefined,
    bus: string | undefined,
    call: Call,
    targets: readonly string[] = [],
  ): Rule => {
    const of = store.bus(call.accountId, bus);
    const arn = store.ruleArn(of.accountId, of.name, name ?? '');
    const keys = keysOfRule(of.rules.get(name ?? ''));
    if (targets.length === 0) authorize(call, arn, of, keys);
    for (const target of new Set(targets)) authorize(call, arn, of, { ...keys, 'events:TargetArn': target });
    return store.rule(call.accountId, bus, name);
  };

  /** Adds targets, or replaces those of the same id. Throws `LimitExceededException` beyond five. */
  const put: Operation<eb.PutTargetsCommandInput, eb.PutTargetsCommandOutput> = (input, call) => {
    checkRequest(input);
    const arns = input.Targets!.map(({ Arn }) => Arn!);
    const rule = find(input.Rule, input.EventBusName, call, arns);
    for (const target of input.Targets!) {
      checkTarget(target, call.core);
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
      if (target.RoleArn) call.core.identity.assertPassable(call.principal, target.RoleArn, 'events.amazonaws.com');
    }
    const merged = new Map(rule.targets);
    for (const target of input.Targets!) merged.set(target.Id!, target);
    if (merged.size > MOST_TARGETS) throw limitExceeded();
    for (const [id, target] of merged) rule.targets.set(id, target);
    return { FailedEntryCount: 0, FailedEntries: [] };
  };

  const list: Operation<eb.ListTargetsByRuleCommandInput, eb.ListTargetsByRuleCommandOutput> = (input, call) => {
    new Constraints().check(input.Rule, 'rule', RULE_NAME).check(input.Limit, 'limit', PAGE).enforce();
    const rule = find(input.Rule, input.EventBusName, call);
    const part = { token: input.NextToken, size: input.Limit ?? PAGE.range[1], call };
    const { items, next } = page([...rule.targets.values()], ({ Id }) => [Id!], part, invalidToken);
    return { Targets: items, ...(next ? { NextToken: next } : {}) };
  };

  const remove: Operation<eb.RemoveTargetsCommandInput, eb.RemoveTargetsCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.Rule, 'rule', RULE_NAME)
      .check(input.Ids, 'ids', { required: true, length: [1, 100] })
      .enforce();
    const rule = find(input.Rule, input.EventBusName, call);
    const missing = input.Ids!.filter((id) => !rule.targets.delete(id));
    return {
      FailedEntryCount: missing.length,
      FailedEntries: missing.map((id) => ({
        TargetId: id,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule '${rule.name}' does not have a target with the Id '${id}'.`,
      })),
    };
  };

  return { PutTargets: put, ListTargetsByRule: list, RemoveTargets: remove };
};

function checkRequest(input: eb.PutTargetsCommandInput): void {
  const constraints = new Constraints()
    .check(input.Rule, 'rule', RULE_NAME)
    .check(input.Targets, 'targets', { required: true, length: [1, 100] });
  for (const [index, target] of (input.Targets ?? []).entries()) {
    const path = (member: string) => `targets.${index + 1}.member.${member}`;
    constraints
      .check(target.Id, path('id'), RULE_NAME)
      .check(target.Arn, path('arn'), { required: true, length: [1, 1600] })
      .check(target.Input, path('input'), { length: [0, 8192] })
      .check(target.InputPath, path('inputPath'), { length: [0, 256] })
      .check(target.InputTransformer?.InputTemplate, path('inputTransformer.inputTemplate'), { length: [1, 8192] })
      .check(target.RetryPolicy?.MaximumRetryAttempts, path('retryPolicy.maximumRetryAttempts'), { range: [0, 185] })
      .check(target.RetryPolicy?.MaximumEventAgeInSeconds, path('retryPolicy.maximumEventAgeInSeconds'), {
        range: [60, 86400],
      });
  }
  constraints.enforce();
}

function checkTarget(target: eb.Target, core: Core): void {
  const { Id: id, Arn: arn = '', DeadLetterConfig: queue } = target;
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (target.Input !== undefined && !isJson(target.Input))
    throw invalid(`JSON syntax error in input for target ${id}.`);
  const paths = [target.InputPath ?? '$', ...Object.values(target.InputTransformer?.InputPathsMap ?? {})];
  if (!paths.every(isPath)) throw invalid(`InputPath for target ${id} is invalid.`);
  if (!ARN.test(arn)) throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (queue?.Arn !== undefined && !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(queue.Arn)) {
    throw invalid(`Invalid DeadLetterConfig for target ${id}: the queue has to be a standard SQS queue.`);
  }
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
  if (/^arn:aws:sqs:.*\.fifo$/.test(arn) && !target.SqsParameters?.MessageGroupId) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  }
  const other = NOT_BUILT.find((name) => target[name] !== undefined);
  if (other) throw new AwsError('NotImplemented', `Targets of this cloud do not take ${other}.`, 501);
  const notBuilt = new AwsError('NotImplemented', `Rules of this cloud cannot deliver to ${arn}.`, 501);
  // Buses take the events of services; those of another bus are not built.
  if (arn.split(':')[2] === 'events') throw notBuilt;
  try {
    core.targets.get(arn);
  } catch {
    throw notBuilt;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
