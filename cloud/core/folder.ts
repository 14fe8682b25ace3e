/** Folders that end with us, however we end. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SandboxUnavailable } from '../sandbox/contract.ts';

/** Bytes of a socket's path: https://man7.org/linux/man-pages/man7/unix.7.html; macOS takes four less. */
const LONGEST_SOCKET = process.platform === 'linux' ? 107 : 103;
/** For a socket's name in the folder, an instance's being the longest. */
const ROOM = 40;
/** What mkdtemp puts after a name. */
const RANDOM = 6;

/**
 * Makes a folder of ours among the machine's temporary ones: in /tmp where TMPDIR is no place for it, or so deep that sockets have
 * no room there. Throws `SandboxUnavailable` when neither will do.
 */
export function temporaryFolder(name: string): string {
  const given = resolve(tmpdir());
  const fits = Buffer.byteLength(given) + 1 + name.length + RANDOM + 1 + ROOM <= LONGEST_SOCKET;
  const failures: string[] = fits ? [] : [`${given} is too long for the paths of sockets`];
  for (const place of new Set([...(fits ? [given] : []), '/tmp'])) {
    try {
      return mkdtempSync(join(place, name));
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new SandboxUnavailable(
    `There is no place for temporary files on this machine: ${failures.join('; ')}. This helps, with a folder that you may write to: export TMPDIR=/tmp`,
  );
}

/** A shell that waits for our end, however it comes, and removes the folder then. Returns what sends it away. */
export function removeWhenWeDie(folder: string): () => void {
  const script = 'read -r _; for _ in 1 2 3 4 5; do rm -rf -- "$1" 2>/dev/null && exit 0; sleep 0.2; done';
  const child = spawn('sh', ['-c', script, 'serverless-cloud-cleanup', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return () => child.kill('SIGKILL');
}
