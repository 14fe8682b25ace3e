/**
 * LocalStack publishes a version after every update, AWS only when code or configuration differ from the last one:
 * https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html. The gateway looks before it passes the call on.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Passage } from '../forward.ts';
import { parsed } from '../functions.ts';
import type { Named } from '../naming.ts';

interface Version extends Readonly<Record<string, unknown>> {
  readonly FunctionArn: string;
  readonly Version: string;
  readonly Description?: string;
}

interface Asked {
  readonly CodeSha256?: string;
  readonly RevisionId?: string;
}

/** What differs between a version and the function that it was made of, though nothing has changed. */
const OF_ITSELF = [
  ...['Version', 'FunctionArn', 'MasterArn', 'RevisionId', 'LastModified', 'Description'],
  ...['State', 'StateReason', 'StateReasonCode'],
  ...['LastUpdateStatus', 'LastUpdateStatusReason', 'LastUpdateStatusReasonCode'],
];

const settings = (version: Version): object =>
  Object.fromEntries(Object.entries(version).filter(([name]) => !OF_ITSELF.includes(name)));

/** Remembers the function's description as it was when a version was published: the version may have been given another. */
export class Published {
  private readonly drafts = new Map<string, string>();

  /** The path of the last version's configuration, where publishing would make another of the same; undefined otherwise. */
  async unchanged({ operation, resource }: Named, body: Buffer, passage: Passage): Promise<string | undefined> {
    if (operation !== 'PublishVersion' || resource === undefined) return undefined;
    const base = `/2015-03-31/functions/${encodeURIComponent(resource)}`;
    const { Versions = [] } = (await passage.ask<{ Versions?: Version[] }>(`${base}/versions`)) ?? {};
    const draft = Versions.find((one) => one.Version === '$LATEST');
    const [last] = Versions.filter((one) => one !== draft).sort((a, b) => Number(b.Version) - Number(a.Version));
    if (!draft) return undefined;
    const description = draft.Description ?? '';
    // A condition that does not hold, and what is no JSON, the engine refuses.
    const asked = body.length === 0 ? {} : parsed<Asked | null>(body);
    const holds = (name: keyof Asked): boolean => !asked?.[name] || asked[name] === draft[name];
    const same =
      last !== undefined &&
      isDeepStrictEqual(settings(draft), settings(last)) &&
      description === (this.drafts.get(last.FunctionArn) ?? last.Description ?? '');
    if (same && asked && holds('CodeSha256') && holds('RevisionId'))
      return `${base}/configuration?Qualifier=${last.Version}`;
    const next = `${draft.FunctionArn.replace(/:\$LATEST$/, '')}:${Number(last?.Version ?? 0) + 1}`;
    this.drafts.set(next, description);
    return undefined;
  }
}
