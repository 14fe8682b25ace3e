/** Event buses, their rules, and the rules' targets, of all accounts. */
import type * as eventbridge from '@aws-sdk/client-eventbridge';
import type { Millis, Timer, TraceId } from '../../contract.ts';
import type { ScheduleExpression } from '../../core/schedule/expression.ts';
import { busNotFound, ruleNotFound } from './errors.ts';
import type { EventPattern } from './pattern.ts';

export interface Bus {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Millis;
  modifiedAt: Millis;
  description: string | undefined;
  policy: string | undefined;
  tags: Record<string, string>;
  readonly rules: Map<string, Rule>;
}

export interface Rule {
  readonly bus: Bus;
  readonly name: string;
  readonly arn: string;
  /** The account that made it: another one where the bus's policy lets it. */
  readonly creator: string;
  state: eventbridge.RuleState;
  description: string | undefined;
  roleArn: string | undefined;
  pattern: { readonly text: string; readonly parsed: EventPattern } | undefined;
  schedule: RuleSchedule | undefined;
  tags: Record<string, string>;
  readonly targets: Map<string, eventbridge.Target>;
}

export interface RuleSchedule {
  readonly text: string;
  readonly parsed: ScheduleExpression;
  /** Since when a rate counts. */
  readonly anchor: Millis;
  /** The call that made it. */
  readonly cause: TraceId;
  timer?: Timer;
}

export class EventStore {
  private readonly buses = new Map<string, Bus>();

  constructor(
    private readonly region: string,
    private readonly now: () => Millis,
  ) {}

  busArn(accountId: string, name: string): string {
    return `arn:aws:events:${this.region}:${accountId}:event-bus/${name}`;
  }

  ruleArn(accountId: string, bus: string, name: string): string {
    return `arn:aws:events:${this.region}:${accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`;
  }

  /** Every account has a bus `default`, from the first time that it is looked for. */
  find(accountId: string, name: string): Bus | undefined {
    return this.buses.get(`${accountId} ${name}`) ?? (name === 'default' ? this.create(accountId, name) : undefined);
  }

  /** By name or ARN; the default one unless told. Throws `ResourceNotFoundException`. */
  bus(accountId: string, given = 'default'): Bus {
    const [, ownerId, name] = /^arn:aws:events:[\w-]+:(\d{12}):event-bus\/(.+)$/.exec(given) ?? [];
    const bus = this.find(ownerId ?? accountId, name ?? given);
    if (!bus) throw busNotFound(name ?? given);
    return bus;
  }

  /** Throws `ResourceNotFoundException`. */
  rule(accountId: string, bus: string | undefined, name: string | undefined): Rule {
    const of = this.bus(accountId, bus);
    const rule = of.rules.get(name ?? '');
    if (!rule) throw ruleNotFound(name ?? '', of.name);
    return rule;
  }

  create(accountId: string, name: string): Bus {
    const now = this.now();
    const bus: Bus = {
      accountId,
      name,
      arn: this.busArn(accountId, name),
      createdAt: now,
      modifiedAt: now,
      description: undefined,
      policy: undefined,
      tags: {},
      rules: new Map(),
    };
    this.buses.set(`${accountId} ${name}`, bus);
    return bus;
  }

  remove(bus: Bus): void {
    for (const rule of bus.rules.values()) rule.schedule?.timer?.cancel();
    this.buses.delete(`${bus.accountId} ${bus.name}`);
  }

  /** By name. */
  list(accountId: string): Bus[] {
    this.find(accountId, 'default');
    return [...this.buses.values()]
      .filter((bus) => bus.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  reset(accountId?: string): void {
    for (const bus of [...this.buses.values()]) {
      if (accountId === undefined || bus.accountId === accountId) this.remove(bus);
    }
  }
}
