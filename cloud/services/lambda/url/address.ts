/**
 * Where a function's URL is. On AWS it is a host of its own, `https://ID.lambda-url.REGION.on.aws/`; here that host lies under
 * `localhost` (RFC 6761), on the cloud's port. Programs whose resolver knows no such names find the same under a path.
 */
import type { WireRequest } from '../../../wire/request.ts';

/** `/_url/ID/path`: for who cannot resolve names under localhost. */
const PATH = /^\/_url\/([a-z0-9]+)(\/.*)?$/;
const HOST = /^([a-z0-9]+)\.lambda-url\.[a-z0-9-]+\.localhost(?::\d+)?$/;

export interface Address {
  readonly id: string;
  /** The path as the function sees it. */
  readonly path: string;
}

/** The URL that a request is for; nothing where it is for none. */
export function addressOf({ headers, path }: Pick<WireRequest, 'headers' | 'path'>): Address | undefined {
  const byHost = HOST.exec(headers.host ?? '')?.[1];
  if (byHost !== undefined) return { id: byHost, path };
  const [, id, rest = '/'] = PATH.exec(path) ?? [];
  return id === undefined ? undefined : { id, path: rest };
}

/** `endpoint`: the cloud as the caller sees it. */
export const urlOf = (id: string, region: string, endpoint: string): string => {
  const { port } = new URL(endpoint);
  return `http://${domainOf(id, region)}${port === '' ? '' : `:${port}`}/`;
};

export const domainOf = (id: string, region: string): string => `${id}.lambda-url.${region}.localhost`;
