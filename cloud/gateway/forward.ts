/** Passes a request on to the engine and gives its answer back as it comes, in pieces. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Forwarded {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[];
  readonly body: IncomingMessage;
}

/** A request on its way, for who has to ask the engine something before it. */
export interface Passage {
  query(name: string): string | undefined;
  /** The answer of a GET, as the same caller; undefined when it is refused. */
  ask<T>(path: string): Promise<T | undefined>;
}

/** What concerns one connection and not the request. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'expect', 'te', 'upgrade'];

export class Forwarder {
  private readonly http = new HttpAgent({ keepAlive: true });
  private readonly https = new HttpsAgent({ keepAlive: true });

  constructor(private readonly target: string) {}

  /**
   * `body`: what to send in place of what the client sends. `instead`: another question, asked as the same caller. The Host stays
   * the client's, so that addresses in answers (queues') lead back here. Throws when the engine does not answer.
   */
  send(
    incoming: IncomingMessage,
    signal: AbortSignal,
    { body, instead }: { readonly body?: Buffer | undefined; readonly instead?: string } = {},
  ): Promise<Forwarded> {
    const { protocol, hostname, port } = new URL(this.target);
    const secure = protocol === 'https:';
    const ours = body !== undefined || instead !== undefined;
    const headers = kept(incoming.rawHeaders, ours ? ['content-length', 'transfer-encoding'] : []);
    if (body) headers.push('content-length', String(body.length));
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(
        {
          hostname,
          port,
          method: instead === undefined ? incoming.method : 'GET',
          path: instead ?? incoming.url,
          headers,
          agent: secure ? this.https : this.http,
          signal,
        },
        (answer) => resolve({ status: answer.statusCode ?? 502, headers: kept(answer.rawHeaders, []), body: answer }),
      );
      outgoing.on('error', reject);
      if (ours) outgoing.end(body);
      else incoming.pipe(outgoing);
    });
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

function kept(raw: readonly string[], without: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (!OF_THE_CONNECTION.includes(name) && !without.includes(name)) result.push(raw[at]!, raw[at + 1]!);
  }
  return result;
}

export async function readAll(from: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of from as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
