/** What `npm ci` needs on every platform, whatever platform the lockfile was made on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './paths.ts';

interface Package {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
const manifest = read('package.json') as Package;
const { packages } = read('package-lock.json') as { packages: Record<string, Package> };
const wanted = { ...manifest.dependencies, ...manifest.devDependencies };

/** As Node resolves: within the package itself, else from the folder at the top. */
const locked = (from: string, name: string): Package | undefined =>
  packages[`${from}/node_modules/${name}`] ?? packages[`node_modules/${name}`];

test('every dependency is pinned to one version', () => {
  const loose = Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});

test('the lockfile holds exactly these versions', () => {
  const { dependencies, devDependencies } = packages['']!;
  expect({ ...dependencies, ...devDependencies }).toEqual(wanted);
  const other = Object.entries(wanted).filter(
    ([name, version]) => packages[`node_modules/${name}`]?.version !== version,
  );
  expect(other).toEqual([]);
});

test('every package for another platform is in it', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked(path, name))
      .map((name) => `${name}, which ${path} wants`),
  );
  expect(missing).toEqual([]);
  // A rule that finds nothing to hold would prove nothing.
  const names = Object.keys(packages);
  for (const part of ['esbuild/darwin-arm64', 'esbuild/linux-x64', 'biomejs/cli-darwin-arm64', 'rolldown/binding-']) {
    expect(names.some((name) => name.includes(part))).toBe(true);
  }
});

test('everything has its checksum, and no place of its own to come from', () => {
  const strange = Object.entries(packages)
    .filter(([path]) => path !== '')
    .filter(
      ([, { resolved, integrity }]) => !integrity || (resolved && !resolved.startsWith('https://registry.npmjs.org/')),
    );
  expect(strange.map(([path]) => path)).toEqual([]);
});
