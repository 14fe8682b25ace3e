/** LocalStack's GetFunctionConfiguration does not follow an alias: the gateway asks where it leads, and then for the version. */
import type { Passage } from '../forward.ts';
import type { Named } from '../naming.ts';

/** A version's qualifier; anything else is an alias. */
const VERSION = /^(\$LATEST(\.PUBLISHED)?|\d+)$/;

/** The path of the version's configuration; undefined where the request names no alias that there is. */
export async function pathOfAlias({ operation, resource }: Named, passage: Passage): Promise<string | undefined> {
  if (operation !== 'GetFunctionConfiguration' || resource === undefined) return undefined;
  const qualifier = passage.query('Qualifier');
  if (!qualifier || VERSION.test(qualifier)) return undefined;
  const name = encodeURIComponent(resource);
  const alias = await passage.ask<{ FunctionVersion?: string }>(
    `/2015-03-31/functions/${name}/aliases/${encodeURIComponent(qualifier)}`,
  );
  const version = alias?.FunctionVersion;
  return version && `/2015-03-31/functions/${name}/configuration?Qualifier=${version}`;
}
