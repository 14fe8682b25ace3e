/** The cloud's controls over HTTP, for the kit. */
import type { Fault, TraceEntry } from '../../cloud/contract.ts';

export interface ScriptAnswer {
  readonly code: number | null;
  readonly signal: string | null;
  readonly reason?: 'killed' | 'cpu' | 'memory' | 'processes' | 'disk' | 'time';
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly line: string }[];
}

export class Control {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  account(): Promise<{ accountId: string; accessKeyId: string; secretAccessKey: string }> {
    return this.send('POST', 'accounts', {});
  }

  /** Forgets all that an account has: its processes end. */
  async forget(accountId: string): Promise<void> {
    await this.send('POST', 'reset', { accountId });
  }

  clock(): Promise<{ now: number; held: boolean }> {
    return this.send('GET', 'clock');
  }

  async advance(milliseconds: number): Promise<void> {
    await this.send('POST', 'clock/advance', { milliseconds });
  }

  /** Keeps time from moving until `resume`, whoever drives it. */
  async pause(): Promise<void> {
    await this.send('POST', 'clock/pause', {});
  }

  async resume(): Promise<void> {
    await this.send('POST', 'clock/resume', {});
  }

  async addFault(accountId: string, fault: Omit<Fault, 'id' | 'accountId'>): Promise<string> {
    return (await this.send<{ id: string }>('POST', 'faults', { ...fault, accountId })).id;
  }

  async removeFault(id: string): Promise<void> {
    await this.send('DELETE', `faults/${id}`);
  }

  trace(accountId: string): Promise<TraceEntry[]> {
    return this.send('GET', `trace?account=${accountId}`);
  }

  runScript(script: object): Promise<ScriptAnswer> {
    return this.send('POST', 'scripts', script);
  }

  private async send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/_cloud/${path}`, {
      method,
      headers: { 'x-cloud-token': this.token, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The cloud refused ${method} /_cloud/${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
