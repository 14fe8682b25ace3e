/** Instances of all accounts, and what is known of each. */
import { randomBytes } from 'node:crypto';
import type { Millis } from '../../contract.ts';
import type { Machine } from './machine.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

export type StateName = keyof typeof CODES;

export interface Profile {
  readonly arn: string;
  readonly id: string;
}

export interface MetadataOptions {
  readonly tokens: 'required' | 'optional';
  readonly endpoint: 'enabled' | 'disabled';
  readonly tags: 'enabled' | 'disabled';
  readonly hopLimit: number;
}

export interface Instance {
  readonly id: string;
  /** Grows from launch to launch. */
  readonly serial: number;
  readonly accountId: string;
  readonly reservationId: string;
  readonly index: number;
  readonly imageId: string;
  readonly type: string;
  readonly vcpus: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly zone: string;
  readonly address: string;
  readonly clientToken: string;
  readonly keyName: string | undefined;
  readonly profile: Profile | undefined;
  readonly metadata: MetadataOptions;
  readonly tags: Map<string, string>;
  readonly machine: Machine;
  /** As it came: base64. */
  userData: string | undefined;
  shutdownBehavior: 'stop' | 'terminate';
  /** `DisableApiTermination` and `DisableApiStop`. */
  keepRunning: { terminate: boolean; stop: boolean };
  launchedAt: Millis;
  state: StateName;
  stateReason: { readonly Code: string; readonly Message: string } | undefined;
  transitionReason: string;
}

export const newId = (prefix: string): string => `${prefix}-0${randomBytes(8).toString('hex')}`;

export const arnOf = ({ accountId, id }: Instance, region: string): string =>
  `arn:aws:ec2:${region}:${accountId}:instance/${id}`;

export const isAlive = ({ state }: Instance): boolean => state !== 'terminated' && state !== 'stopped';

export interface Reservation {
  /** What was asked for, to know the same request again. */
  readonly request: string;
  readonly reservationId: string;
  readonly instances: readonly Instance[];
}

export class InstanceStore {
  private readonly instances = new Map<string, Instance>();
  private readonly tokens = new Map<string, Reservation>();
  private addresses = 0;
  private serials = 0;

  add(instance: Instance): void {
    this.instances.set(instance.id, instance);
  }

  remove(instance: Instance): void {
    this.instances.delete(instance.id);
  }

  /** In the order of their launch. */
  of(accountId?: string): Instance[] {
    return [...this.instances.values()].filter((one) => accountId === undefined || one.accountId === accountId);
  }

  find(accountId: string, id: string): Instance | undefined {
    const instance = this.instances.get(id);
    return instance?.accountId === accountId ? instance : undefined;
  }

  byToken(accountId: string, token: string): Reservation | undefined {
    return this.tokens.get(`${accountId}/${token}`);
  }

  remember(accountId: string, token: string, reservation: Reservation): void {
    this.tokens.set(`${accountId}/${token}`, reservation);
  }

  nextSerial(): number {
    return this.serials++;
  }

  /** An address in the default network, given to one instance alone. */
  nextAddress(): string {
    const at = this.addresses++;
    return `172.31.${Math.floor(at / 250) % 16}.${4 + (at % 250)}`;
  }

  forget(accountId?: string): void {
    for (const instance of this.of(accountId)) this.instances.delete(instance.id);
    for (const key of this.tokens.keys()) {
      if (accountId === undefined || key.startsWith(`${accountId}/`)) this.tokens.delete(key);
    }
  }
}
