/**
 * Files of /proc. To open one and close it again costs several times what it costs to read it, so who looks at the same
 * processes over and over keeps theirs open. Linux only: elsewhere nothing can be read.
 */
import { closeSync, openSync, readSync } from 'node:fs';

export interface ProcFiles {
  /** A file of a process, `stat` or `task/12/wchan`; undefined when process or thread is gone. */
  read(pid: number, file: string): string | undefined;
  /** Says which processes there are still: files of others are not wanted any more. */
  only(pids: Iterable<number>): void;
}

/** For who looks once. */
export const readOnce: ProcFiles = {
  read(pid, file) {
    try {
      const descriptor = openSync(`/proc/${pid}/${file}`, 'r');
      try {
        return contentOf(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      return undefined;
    }
  },
  only: () => undefined,
};

/** Files that all together keep open: far fewer than a process may. */
const MOST = 2000;
let open = 0;

/** For who looks again and again, until `close`. */
export class KeptFiles implements ProcFiles {
  private readonly kept = new Map<number, Map<string, number>>();
  private closed = false;

  read(pid: number, file: string): string | undefined {
    const descriptor = this.kept.get(pid)?.get(file) ?? this.opened(pid, file);
    if (descriptor === undefined) return readOnce.read(pid, file);
    try {
      return contentOf(descriptor);
    } catch {
      this.forget(pid, file, descriptor);
      return undefined;
    }
  }

  only(pids: Iterable<number>): void {
    const there = new Set(pids);
    for (const [pid, files] of this.kept) {
      if (there.has(pid)) continue;
      for (const [file, descriptor] of files) this.forget(pid, file, descriptor);
    }
  }

  close(): void {
    this.only([]);
    this.closed = true;
  }

  private opened(pid: number, file: string): number | undefined {
    if (this.closed || open >= MOST) return undefined;
    try {
      const descriptor = openSync(`/proc/${pid}/${file}`, 'r');
      open++;
      const files = this.kept.get(pid) ?? new Map<string, number>();
      this.kept.set(pid, files.set(file, descriptor));
      return descriptor;
    } catch {
      return undefined;
    }
  }

  private forget(pid: number, file: string, descriptor: number): void {
    closeSync(descriptor);
    open--;
    const files = this.kept.get(pid);
    files?.delete(file);
    if (files?.size === 0) this.kept.delete(pid);
  }
}

const buffer = Buffer.alloc(64 * 1024);
/** The kernel gives these files in pieces of a page; who got less than half of one has got the end. */
const PIECE = 2048;

function contentOf(descriptor: number): string {
  let size = 0;
  for (let read = PIECE; read >= PIECE && size < buffer.length; size += read) {
    read = readSync(descriptor, buffer, size, buffer.length - size, size);
  }
  return buffer.toString('latin1', 0, size);
}
