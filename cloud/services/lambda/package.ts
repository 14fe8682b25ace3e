/**
 * Deployment packages: from the zip to a folder that an execution environment mounts. Equal zips share one folder.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { type Unzipped, unzip, unzipSync } from 'fflate';
import { AwsError } from '../../contract.ts';
import { invalidParameter } from './errors.ts';

const unzipAsync = promisify(unzip) as (data: Uint8Array) => Promise<Unzipped>;
const LARGEST_ZIP = 50 * 1024 * 1024;
const LARGEST_UNZIPPED = 250 * 1024 * 1024;
/** Bytes up to which unzipping takes less than starting the thread that would do it. */
const AT_ONCE = 8 * 1024 * 1024;

export interface Package {
  readonly zip: Uint8Array;
  /** SHA-256 of the zip, in base64, as Lambda's CodeSha256. */
  readonly sha256: string;
  /** Where it is unzipped, on our side. */
  readonly folder: string;
}

export class Packages {
  private readonly unpacked = new Map<string, Promise<string>>();

  constructor(private readonly folder: string) {}

  /** Throws `InvalidParameterValueException` for what is no zip or is empty, `RequestEntityTooLargeException`. */
  async add(zip: Uint8Array): Promise<Package> {
    if (zip.length > LARGEST_ZIP)
      throw new AwsError(
        'RequestEntityTooLargeException',
        `Zipped size must be smaller than ${LARGEST_ZIP} bytes`,
        413,
      );
    const digest = createHash('sha256').update(zip).digest();
    const id = digest.toString('hex');
    const known = this.unpacked.get(id) ?? this.unpack(zip, join(this.folder, id));
    this.unpacked.set(id, known);
    try {
      return { zip, sha256: digest.toString('base64'), folder: await known };
    } catch (error) {
      this.unpacked.delete(id);
      throw error;
    }
  }

  /** Removes all folders. No function may be there that runs from one. */
  async clear(): Promise<void> {
    const folders = await Promise.allSettled(this.unpacked.values());
    this.unpacked.clear();
    for (const one of folders) {
      if (one.status === 'fulfilled') await rm(one.value, { recursive: true, force: true });
    }
  }

  private async unpack(zip: Uint8Array, folder: string): Promise<string> {
    const files = await unzipped(zip);
    const entries = Object.entries(files).filter(([path]) => !path.endsWith('/'));
    if (entries.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
    const making = `${folder}.making`;
    for (const [path, content] of entries) {
      const to = normalize(path);
      if (to.startsWith('..') || to.startsWith('/'))
        throw invalidParameter(`The zip holds a path that leads out of it: ${path}`);
      await mkdir(dirname(join(making, to)), { recursive: true });
      await writeFile(join(making, to), content, { mode: 0o644 });
    }
    await chmod(making, 0o755);
    await rename(making, folder);
    return folder;
  }
}

/** Sizes are looked up before anything is unzipped. */
async function unzipped(zip: Uint8Array): Promise<Unzipped> {
  let size = 0;
  const count = ({ originalSize }: { originalSize: number }): boolean => {
    size += originalSize;
    return false;
  };
  try {
    unzipSync(zip, { filter: count });
    if (size <= LARGEST_UNZIPPED) return size <= AT_ONCE ? unzipSync(zip) : await unzipAsync(zip);
  } catch {
    throw invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
  throw invalidParameter(`Unzipped size must be smaller than ${LARGEST_UNZIPPED} bytes`);
}
