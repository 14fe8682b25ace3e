/** All alarms of a cloud: their states, and what a change of state sets off. */
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Call, Core, TraceId } from '../../contract.ts';
import { runActions } from './actions.ts';
import { type Alarm, newMetricId, readConfiguration, type State } from './alarm.ts';
import { historyOf } from './describe.ts';
import { resourceNotFound } from './errors.ts';
import { History } from './history.ts';
import type { Metrics } from './metrics.ts';
import { stateReason, stateReasonData } from './reason.ts';
import { type Looked, type Watch, watch } from './watch.ts';

const INITIAL_REASON = 'Unchecked: Initial alarm creation';

interface Entry {
  readonly alarm: Alarm;
  watch: Watch;
  tags: Readonly<Record<string, string>>;
}

export const alarmArn = (call: Call, name: string): string =>
  `arn:aws:cloudwatch:${call.region}:${call.accountId}:alarm:${name}`;

export class Alarms {
  readonly history = new History();
  private readonly byArn = new Map<string, Entry>();

  constructor(
    private readonly core: Core,
    private readonly metrics: Metrics,
  ) {}

  /** Creates an alarm, or configures it anew: then it keeps its state, its tags and whatever it has done. */
  put(input: PutMetricAlarmCommandInput, call: Call): void {
    const configuration = readConfiguration(input);
    const now = this.core.clock.now();
    const arn = alarmArn(call, configuration.name);
    const known = this.byArn.get(arn);
    const alarm: Alarm = known?.alarm ?? {
      accountId: call.accountId,
      arn,
      metricId: newMetricId(),
      configuration,
      configuredAt: now,
      configuredBy: call.traceId,
      actionsEnabled: true,
      state: { value: 'INSUFFICIENT_DATA', reason: INITIAL_REASON, at: now },
      transitionedAt: now,
    };
    known?.watch.stop();
    Object.assign(alarm, { configuration, configuredAt: now, configuredBy: call.traceId });
    alarm.actionsEnabled = input.ActionsEnabled ?? true;
    const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key!, Value ?? '']));
    this.byArn.set(arn, { alarm, watch: this.watch(alarm), tags: known?.tags ?? tags });
    this.note(alarm, known ? 'updated' : 'created', {
      type: known ? 'Update' : 'Create',
      [known ? 'updatedAlarm' : 'createdAlarm']: historyOf(alarm),
    });
  }

  list(accountId: string): Alarm[] {
    return [...this.byArn.values()]
      .map(({ alarm }) => alarm)
      .filter((alarm) => alarm.accountId === accountId)
      .sort((left, right) => (left.configuration.name < right.configuration.name ? -1 : 1));
  }

  find(arn: string): Alarm | undefined {
    return this.byArn.get(arn)?.alarm;
  }

  delete(alarm: Alarm): void {
    this.byArn.get(alarm.arn)?.watch.stop();
    this.byArn.delete(alarm.arn);
    this.note(alarm, 'deleted', { type: 'Delete', deletedAlarm: historyOf(alarm) });
  }

  /** Sets a state by hand. The next evaluation may well set it back. */
  setState(alarm: Alarm, state: Omit<State, 'at'>, cause: TraceId): void {
    this.change(alarm, { ...state, at: this.core.clock.now() }, cause);
    this.byArn.get(alarm.arn)?.watch.wake();
  }

  enableActions(alarm: Alarm, enabled: boolean): void {
    if (alarm.actionsEnabled === enabled) return;
    alarm.actionsEnabled = enabled;
    this.note(alarm, 'updated', { type: 'Update', updatedAlarm: historyOf(alarm) });
  }

  /** Throws `ResourceNotFound`. */
  tags(arn: string): Readonly<Record<string, string>> {
    const entry = this.byArn.get(arn);
    if (!entry) throw resourceNotFound();
    return entry.tags;
  }

  setTags(arn: string, tags: Readonly<Record<string, string>>): void {
    this.byArn.get(arn)!.tags = tags;
  }

  reset(accountId?: string): void {
    for (const [arn, { alarm, watch: of }] of this.byArn) {
      if (accountId !== undefined && alarm.accountId !== accountId) continue;
      of.stop();
      this.byArn.delete(arn);
    }
    this.history.reset(accountId);
  }

  private watch(alarm: Alarm): Watch {
    return watch(this.metrics, alarm, (looked) => this.evaluated(alarm, looked));
  }

  private evaluated(alarm: Alarm, looked: Looked): boolean {
    const { state: value, evaluated, wanted } = looked;
    if (value === 'unchanged' || value === alarm.state.value) return false;
    const now = this.core.clock.now();
    const state: State = {
      value,
      reason: stateReason(alarm, value, looked),
      data: stateReasonData(alarm, now, evaluated, wanted),
      at: now,
    };
    this.change(alarm, state, evaluated.find(({ cause }) => cause !== undefined)?.cause ?? alarm.configuredBy);
    return true;
  }

  private change(alarm: Alarm, state: State, cause: TraceId): void {
    const { state: previous, configuration, accountId } = alarm;
    alarm.state = state;
    if (previous.value === state.value) return;
    alarm.transitionedAt = state.at;
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId,
      service: 'monitoring',
      operation: 'AlarmStateChange',
      resource: alarm.arn,
      cause,
      detail: { from: previous.value, to: state.value, reason: state.reason },
    });
    const told = ({ value, reason, data }: State) => ({
      stateValue: value,
      stateReason: reason,
      ...(data === undefined ? {} : { stateReasonData: JSON.parse(data) as unknown }),
    });
    this.history.add({
      accountId,
      alarmName: configuration.name,
      time: state.at,
      type: 'StateUpdate',
      summary: `Alarm updated from ${previous.value} to ${state.value}`,
      data: JSON.stringify({ version: '1.0', oldState: told(previous), newState: told(state) }),
    });
    runActions(this.core, this.history, alarm, previous, hop);
  }

  private note(alarm: Alarm, what: string, data: object): void {
    this.history.add({
      accountId: alarm.accountId,
      alarmName: alarm.configuration.name,
      time: this.core.clock.now(),
      type: 'ConfigurationUpdate',
      summary: `Alarm "${alarm.configuration.name}" ${what}`,
      data: JSON.stringify({ version: '1.0', ...data }),
    });
  }
}
