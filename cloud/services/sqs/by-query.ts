/** For tests: SQS spoken to by Query, which the SDK has forgotten: forms and addresses are written here by hand. */
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../contract.ts';
import type { TestCloud } from '../../testing.ts';

export interface Told {
  readonly status: number;
  /** With `ID` in the place of each UUID, which is another one each time. */
  readonly body: string;
}

export type Parameters = Readonly<Record<string, string | number>>;

/** An answer as it is told here. */
export const plainly = async (response: Response): Promise<Told> => ({
  status: response.status,
  body: (await response.text()).replace(/(?<=>)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=<)/g, 'ID'),
});

const texts = (parameters: Parameters): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));

/** Query signed by the credentials. A path is a queue's, `/111122223333/jobs`, or `/`. */
export function byQuery({ cloud }: Pick<TestCloud, 'cloud'>, { expiration: _, ...credentials }: Credentials) {
  const { hostname, host, port } = new URL(cloud.url);
  const signer = new SignatureV4({ service: 'sqs', region: 'us-east-1', credentials, sha256: Sha256 });
  const to = { protocol: 'http:', hostname, port: Number(port) };
  const urlOf = (path: string, query: object): string =>
    `${cloud.url}${path}?${new URLSearchParams(query as Record<string, string>).toString().replaceAll('+', '%20')}`;
  return {
    async post(path: string, parameters: Parameters): Promise<Told> {
      const body = new URLSearchParams(texts(parameters)).toString();
      const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const signed = await signer.sign({ ...to, method: 'POST', path, query: {}, headers, body });
      return await plainly(await fetch(cloud.url + path, { method: 'POST', headers: signed.headers, body }));
    },
    async get(path: string, parameters: Parameters): Promise<Told> {
      const query = texts(parameters);
      const { headers } = await signer.sign({ ...to, method: 'GET', path, query, headers: { host } });
      return await plainly(await fetch(urlOf(path, query), { headers }));
    },
    /** The address of a GET that needs no headers: its signature is in it. */
    async link(path: string, parameters: Parameters, expiresIn = 60): Promise<string> {
      const signingDate = new Date(cloud.clock.now());
      const { query = {} } = await signer.presign(
        { ...to, method: 'GET', path, query: texts(parameters), headers: { host } },
        { expiresIn, signingDate },
      );
      return urlOf(path, query);
    },
  };
}
