/** Schedule groups and schedules of all accounts. */
import type { CreateScheduleCommandInput, Target } from '@aws-sdk/client-scheduler';
import type { Millis, Timer, TraceId } from '../../contract.ts';
import type { ScheduleExpression } from '../../core/schedule/expression.ts';
import type { Zone } from '../../core/schedule/zone.ts';
import { groupNotFound, scheduleNotFound } from './errors.ts';

export interface Group {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Millis;
  modifiedAt: Millis;
  tags: Record<string, string>;
  readonly schedules: Map<string, Schedule>;
}

/** What a client says of a schedule, checked and read. */
export interface Definition {
  readonly input: Pick<
    CreateScheduleCommandInput,
    'ScheduleExpression' | 'Description' | 'FlexibleTimeWindow' | 'KmsKeyArn' | 'StartDate' | 'EndDate'
  >;
  readonly expression: ScheduleExpression;
  readonly zone: Zone;
  readonly target: Target & { readonly Arn: string; readonly RoleArn: string };
  readonly enabled: boolean;
  readonly deletesItself: boolean;
}

export interface Schedule {
  readonly group: Group;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Millis;
  modifiedAt: Millis;
  definition: Definition;
  /** For a rate: a moment at which it fires. */
  anchor: Millis;
  /** The call that made it what it is. */
  cause: TraceId;
  /** At its next firing; there is never more than one. */
  timer?: Timer;
}

export class ScheduleStore {
  private readonly groups = new Map<string, Group>();

  constructor(
    private readonly region: string,
    private readonly now: () => Millis,
  ) {}

  groupArn(accountId: string, name: string): string {
    return `arn:aws:scheduler:${this.region}:${accountId}:schedule-group/${name}`;
  }

  scheduleArn(accountId: string, group: string, name: string): string {
    return `arn:aws:scheduler:${this.region}:${accountId}:schedule/${group}/${name}`;
  }

  /** Every account has a group `default`. */
  findGroup(accountId: string, name: string): Group | undefined {
    return this.groups.get(`${accountId} ${name}`) ?? (name === 'default' ? this.addGroup(accountId, name) : undefined);
  }

  /** Throws `ResourceNotFoundException`. */
  group(accountId: string, name: string): Group {
    const group = this.findGroup(accountId, name);
    if (!group) throw groupNotFound(name);
    return group;
  }

  /** Throws `ResourceNotFoundException`. */
  schedule(accountId: string, group: string, name: string): Schedule {
    const schedule = this.group(accountId, group).schedules.get(name);
    if (!schedule) throw scheduleNotFound(name);
    return schedule;
  }

  addGroup(accountId: string, name: string): Group {
    const now = this.now();
    const arn = this.groupArn(accountId, name);
    const group: Group = { accountId, name, arn, createdAt: now, modifiedAt: now, tags: {}, schedules: new Map() };
    this.groups.set(`${accountId} ${name}`, group);
    return group;
  }

  removeGroup(group: Group): void {
    for (const schedule of group.schedules.values()) this.remove(schedule);
    this.groups.delete(`${group.accountId} ${group.name}`);
  }

  remove(schedule: Schedule): void {
    schedule.timer?.cancel();
    schedule.group.schedules.delete(schedule.name);
  }

  /** By name. */
  list(accountId: string): Group[] {
    this.findGroup(accountId, 'default');
    return [...this.groups.values()]
      .filter((group) => group.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  reset(accountId?: string): void {
    for (const group of [...this.groups.values()]) {
      if (accountId === undefined || group.accountId === accountId) this.removeGroup(group);
    }
  }
}
