/** Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html and its siblings. */
import type * as eb from '@aws-sdk/client-eventbridge';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import { parseRuleExpression } from '../../../core/schedule/expression.ts';
import { authorize } from '../access.ts';
import { keysOfPattern, keysOfRule } from '../condition-keys.ts';
import { invalid, invalidToken, limitExceeded } from '../errors.ts';
import { parsePattern } from '../pattern.ts';
import type { Router } from '../router.ts';
import type { Bus, EventStore, Rule, RuleSchedule } from '../store.ts';
import { asRecord } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_RULES = 300;
const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];
/** How many items a list shows at most, and unless told. */
export const PAGE = { range: [1, 100] } as const;
export const RULE_NAME = { required: true, pattern: '[\\.\\-_A-Za-z0-9]+', length: [1, 64] } as const;

export const rules = (store: EventStore, router: Router) => {
  /** Creates a rule, or replaces what one of this name is about; its targets stay. Throws `InvalidEventPatternException`. */
  const put: Operation<eb.PutRuleCommandInput, eb.PutRuleCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.Name, 'name', RULE_NAME)
      .check(input.ScheduleExpression, 'scheduleExpression', { length: [0, 256] })
      .check(input.EventPattern, 'eventPattern', { length: [0, 4096] })
      .check(input.State, 'state', { oneOf: STATES })
      .check(input.Description, 'description', { length: [0, 512] })
      .enforce();
    const bus = store.bus(call.accountId, input.EventBusName);
    const name = input.Name!;
    const arn = store.ruleArn(bus.accountId, bus.name, name);
    const known = bus.rules.get(name);
    const pattern = input.EventPattern
      ? { text: input.EventPattern, parsed: parsePattern(input.EventPattern) }
      : undefined;
    for (const keys of keysOfPattern(pattern?.text)) authorize(call, arn, bus, { ...keysOfRule(known), ...keys });
    if (input.RoleArn) call.core.identity.assertPassable(call.principal, input.RoleArn, 'events.amazonaws.com');
    const schedule = scheduleOf(input.ScheduleExpression, bus, known, call);
    if (!pattern && !schedule) throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    if (!known && bus.rules.size >= MOST_RULES) throw limitExceeded();
    const rule: Rule = known ?? newRule(bus, name, arn, call.accountId, asRecord(input.Tags));
    rule.schedule?.timer?.cancel();
    Object.assign(rule, {
      pattern,
      schedule,
      state: input.State ?? 'ENABLED',
      description: input.Description,
      roleArn: input.RoleArn,
    });
    bus.rules.set(name, rule);
    router.arm(rule);
    return { RuleArn: rule.arn };
  };

  const find = (name: string | undefined, bus: string | undefined, call: Call): Rule => {
    new Constraints().check(name, 'name', RULE_NAME).enforce();
    const of = store.bus(call.accountId, bus);
    authorize(call, store.ruleArn(of.accountId, of.name, name!), of, keysOfRule(of.rules.get(name!)));
    return store.rule(call.accountId, bus, name);
  };

  const describe: Operation<eb.DescribeRuleCommandInput, eb.DescribeRuleCommandOutput> = (input, call) => {
    const rule = find(input.Name, input.EventBusName, call);
    return { ...describeRule(rule), CreatedBy: rule.creator };
  };

  const list: Operation<eb.ListRulesCommandInput, eb.ListRulesCommandOutput> = (input, call) => {
    new Constraints().check(input.Limit, 'limit', PAGE).enforce();
    const bus = store.bus(call.accountId, input.EventBusName);
    authorize(call, store.ruleArn(bus.accountId, bus.name, '*'), bus);
    const found = [...bus.rules.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
    const { items, next } = pageOf(found, input, call);
    return { Rules: items.map(describeRule), ...(next ? { NextToken: next } : {}) };
  };

  const namesByTarget: Operation<eb.ListRuleNamesByTargetCommandInput, eb.ListRuleNamesByTargetCommandOutput> = (
    input,
    call,
  ) => {
    new Constraints()
      .check(input.TargetArn, 'targetArn', { required: true, length: [1, 1600] })
      .check(input.Limit, 'limit', PAGE)
      .enforce();
    const bus = store.bus(call.accountId, input.EventBusName);
    authorize(call, store.ruleArn(bus.accountId, bus.name, '*'), bus);
    const found = [...bus.rules.values()].filter(({ targets }) =>
      [...targets.values()].some(({ Arn }) => Arn === input.TargetArn),
    );
    const { items, next } = pageOf(found, input, call);
    return { RuleNames: items.map(({ name }) => name), ...(next ? { NextToken: next } : {}) };
  };

  /** A rule that is not there is deleted all the same; one that has targets is not. */
  const remove: Operation<eb.DeleteRuleCommandInput, eb.DeleteRuleCommandOutput> = (input, call) => {
    new Constraints().check(input.Name, 'name', RULE_NAME).enforce();
    const bus = store.bus(call.accountId, input.EventBusName);
    const rule = bus.rules.get(input.Name!);
    authorize(call, store.ruleArn(bus.accountId, bus.name, input.Name!), bus, keysOfRule(rule));
    if (!rule) return {};
    if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
    rule.schedule?.timer?.cancel();
    bus.rules.delete(rule.name);
    return {};
  };

  const turn =
    (state: 'ENABLED' | 'DISABLED'): Operation<eb.EnableRuleCommandInput, eb.EnableRuleCommandOutput> =>
    (input, call) => {
      const rule = find(input.Name, input.EventBusName, call);
      rule.state = state;
      router.arm(rule);
      return {};
    };

  return {
    PutRule: put,
    DescribeRule: describe,
    ListRules: list,
    ListRuleNamesByTarget: namesByTarget,
    DeleteRule: remove,
    EnableRule: turn('ENABLED'),
    DisableRule: turn('DISABLED'),
  };
};

/** A rate that stays the same goes on counting from where it began. */
function scheduleOf(text: string | undefined, bus: Bus, known: Rule | undefined, call: Call): RuleSchedule | undefined {
  if (!text) return undefined;
  const parsed = parseRuleExpression(text);
  if (!parsed) throw invalid('Parameter ScheduleExpression is not valid.');
  if (bus.name !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.');
  const anchor = known?.schedule?.text === text ? known.schedule.anchor : call.core.clock.now();
  return { text, parsed, anchor, cause: call.traceId };
}

const newRule = (bus: Bus, name: string, arn: string, creator: string, tags: Record<string, string>): Rule => ({
  bus,
  name,
  arn,
  creator,
  state: 'ENABLED',
  description: undefined,
  roleArn: undefined,
  pattern: undefined,
  schedule: undefined,
  tags,
  targets: new Map(),
});

const describeRule = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  State: rule.state,
  EventBusName: rule.bus.name,
  ...(rule.pattern ? { EventPattern: rule.pattern.text } : {}),
  ...(rule.schedule ? { ScheduleExpression: rule.schedule.text } : {}),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
});

const pageOf = (
  all: readonly Rule[],
  { NextToken: token, Limit: size = PAGE.range[1] }: { NextToken?: string | undefined; Limit?: number | undefined },
  call: Call,
) => page(all, ({ name }) => [name], { token, size, call }, invalidToken);
