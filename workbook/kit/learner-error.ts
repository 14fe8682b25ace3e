/** Reads what failed in the learner's code, and where: from Lambda's error payloads and from a script's last words. */
import { relative, sep } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Answer } from './answer.ts';

export interface LearnerError {
  readonly type: string;
  readonly message: string;
  readonly at?: string;
}

type FolderOf = Pick<Answer, 'folder'>;

interface Payload {
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly trace?: readonly string[];
  /** The same, as the runtime writes it into the log. */
  readonly stack?: readonly string[];
}

export function errorOfPayload(payload: unknown, { folder }: FolderOf): LearnerError {
  const { errorType = 'Error', errorMessage = '', trace, stack } = (payload ?? {}) as Payload;
  const at = placeIn(trace ?? stack ?? [], folder);
  const message = errorMessage.replace(/^RequestId: \S+ (Error: )?/, '');
  return { type: errorType, message, ...(at ? { at } : {}) };
}

/** Node prints an uncaught error as `Type: message` and lines that begin with `at`. */
export function errorOfOutput(lines: readonly string[], { folder }: FolderOf): LearnerError | undefined {
  const first = lines.findIndex(
    (line, index) =>
      /^(?:Uncaught )?[A-Z]\w*(?: \[\w+\])?: /.test(line) &&
      lines.slice(index + 1).some((next) => /^\s+at /.test(next)),
  );
  if (first < 0) return undefined;
  const [, type = 'Error', message = ''] = /^(?:Uncaught )?([A-Z]\w*)(?: \[\w+\])?: (.*)$/.exec(lines[first]!) ?? [];
  const at = placeIn(lines.slice(first), folder);
  return { type, message, ...(at ? { at } : {}) };
}

/** The first line of a stack that lies in the learner's folder, as `labs/01-faas/src/handler.ts:12:5`. */
function placeIn(trace: readonly string[], folder: string): string | undefined {
  for (const line of trace) {
    const path = /\(?(?:file:\/\/)?(\/[^():]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (path?.[1]?.startsWith(folder + sep) && !path[1].includes('node_modules')) {
      return `${relative(ROOT, path[1])}:${path[2]}:${path[3]}`;
    }
  }
  return undefined;
}
