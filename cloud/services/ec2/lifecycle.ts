/**
 * From pending to terminated, on the cloud's clock.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 */
import type { Core, Millis, Timer, TraceId } from '../../contract.ts';
import { readPower } from './shutdown.ts';
import type { Instance, InstanceStore, StateName } from './store.ts';

/** From a launch or a start to running. */
const PENDING = 3000;
/** For which programs may have last things to do, after SIGTERM. */
const GRACE = 2000;
/** For which a terminated instance is still shown. */
const SHOWN = 3_600_000;

type Ending = 'terminate' | 'stop';

const REASONS = {
  user: { Code: 'Client.UserInitiatedShutdown', Message: 'Client.UserInitiatedShutdown: User initiated shutdown' },
  instance: {
    Code: 'Client.InstanceInitiatedShutdown',
    Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  },
  internal: { Code: 'Server.InternalError', Message: 'Server.InternalError: Internal error on launch' },
} as const;

export class Lifecycle {
  private readonly timers = new Map<string, Timer>();
  private readonly scheduled = new Map<string, Timer>();

  constructor(
    private readonly core: Core,
    private readonly store: InstanceStore,
  ) {}

  /** A launch, or a start after a stop: pending now, running soon. The user data runs at the first boot alone. */
  start(instance: Instance, cause: TraceId, first: boolean): void {
    instance.state = 'pending';
    instance.stateReason = undefined;
    instance.transitionReason = '';
    instance.launchedAt = this.core.clock.now();
    this.after(instance, PENDING, async () => {
      const fault = this.core.faults
        .match({ accountId: instance.accountId, service: 'ec2', operation: 'BootInstance', resource: instance.id })
        .find(({ effect }) => effect.kind === 'error');
      if (fault) {
        this.hop(instance, 'BootInstance', cause, { fault: fault.id });
        instance.stateReason = REASONS.internal;
        instance.transitionReason = 'Server.InternalError';
        await this.over(instance, 'terminate');
        return;
      }
      instance.state = 'running';
      await this.boot(instance, first, cause);
    });
  }

  /** Ends an instance by an API call. What has ended, or is about to, stays as it is. */
  end(instance: Instance, how: Ending, cause: TraceId, force = false): void {
    const { state } = instance;
    if (state === 'terminated' || state === 'shutting-down') return;
    if (how === 'stop' && state === 'stopped') return;
    if (how === 'stop' && state === 'stopping' && !force) return;
    const when = new Date(this.core.clock.now())
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' GMT');
    instance.transitionReason = `User initiated (${when})`;
    this.wind(instance, how, REASONS.user, cause, force ? 0 : GRACE);
  }

  /** Programs end and the system comes up again; for EC2 it has been running all the time. */
  reboot(instance: Instance, cause: TraceId): void {
    const hop = this.hop(instance, 'RebootInstance', cause, {});
    instance.machine.terminate();
    this.after(instance, GRACE, async () => {
      await instance.machine.off();
      await this.boot(instance, false, hop);
    });
  }

  /** Ends everything of an account at once, for good. */
  async forget(accountId?: string): Promise<void> {
    const all = this.store.of(accountId);
    this.store.forget(accountId);
    for (const { id } of all) this.drop(id);
    await Promise.all(all.map(({ machine }) => machine.destroy()));
  }

  /** Where no program can be started (there is no such sandbox, the disk is full), the instance is told to have failed. */
  private async boot(instance: Instance, first: boolean, cause: TraceId): Promise<void> {
    const { machine } = instance;
    try {
      await machine.boot(instance, first, cause, (words) => this.power(instance, words));
    } catch (error) {
      machine.print(`The instance could not be started. ${error instanceof Error ? error.message : String(error)}`);
      this.hop(instance, 'BootInstance', cause, { failed: String(error) });
      instance.stateReason = REASONS.internal;
      instance.transitionReason = 'Server.InternalError';
      await this.over(instance, 'terminate');
    }
  }

  /** What the instance itself says about its power. */
  private power(instance: Instance, words: readonly string[]): string {
    const now = this.core.clock.now();
    const power = readPower(words, now);
    if (power.kind === 'wrong') return `1 ${power.say}`;
    if (power.kind === 'nothing') return `0 ${power.say}`;
    if (instance.state !== 'running') return `0 ${power.say}`;
    this.scheduled.get(instance.id)?.cancel();
    this.scheduled.delete(instance.id);
    if (!('at' in power)) return `0 ${power.say}`;
    const { kind, at } = power;
    const act = (): void => {
      this.scheduled.delete(instance.id);
      if (instance.state === 'running') this.obey(instance, kind, words);
    };
    this.scheduled.set(instance.id, this.core.clock.at(at, act));
    return `0 ${power.say}`;
  }

  /**
   * Powered off, an instance stops or terminates as its behaviour says. Halted it runs on as far as EC2 can see.
   * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
   */
  private obey(instance: Instance, kind: 'poweroff' | 'halt' | 'reboot', words: readonly string[]): void {
    const { machine } = instance;
    const cause = this.hop(instance, 'InstancePower', machine.booted, { kind, command: words.join(' ') });
    if (kind === 'reboot') {
      this.reboot(instance, cause);
    } else if (kind === 'halt') {
      machine.terminate();
      this.after(instance, GRACE, () => machine.off());
    } else {
      instance.transitionReason = '';
      this.wind(instance, instance.shutdownBehavior, REASONS.instance, cause, GRACE);
    }
  }

  private wind(instance: Instance, how: Ending, reason: Instance['stateReason'], cause: TraceId, grace: Millis): void {
    const was: StateName = instance.state;
    instance.state = how === 'stop' ? 'stopping' : 'shutting-down';
    instance.stateReason = reason;
    this.hop(instance, how === 'stop' ? 'StopInstance' : 'TerminateInstance', cause, {
      from: was,
      reason: reason?.Code,
    });
    this.drop(instance.id);
    instance.machine.terminate();
    this.after(instance, grace, () => this.over(instance, how));
  }

  private async over(instance: Instance, how: Ending): Promise<void> {
    if (how === 'stop') await instance.machine.off();
    else await instance.machine.destroy();
    instance.state = how === 'stop' ? 'stopped' : 'terminated';
    if (how === 'terminate') this.after(instance, SHOWN, () => this.store.remove(instance));
  }

  /** One thing is to come for each instance; a new one takes the place of the old. */
  private after(instance: Instance, delay: Millis, act: () => void | Promise<void>): void {
    this.timers.get(instance.id)?.cancel();
    this.timers.set(instance.id, this.core.clock.at(this.core.clock.now() + delay, act));
  }

  private drop(id: string): void {
    for (const timers of [this.timers, this.scheduled]) {
      timers.get(id)?.cancel();
      timers.delete(id);
    }
  }

  private hop(
    instance: Instance,
    operation: string,
    cause: TraceId | undefined,
    { fault, ...detail }: Record<string, unknown> & { fault?: string },
  ): TraceId {
    return this.core.trace.add({
      kind: 'hop',
      accountId: instance.accountId,
      service: 'ec2',
      operation,
      resource: instance.id,
      ...(cause === undefined ? {} : { cause }),
      ...(fault === undefined ? {} : { fault, error: 'Server.InternalError' }),
      detail,
    });
  }
}
