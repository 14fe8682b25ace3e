import type { BuildOptions } from 'esbuild';

export const CLIENTS: readonly string[];
export const HTTP2: string;
export const BUNDLING: Readonly<BuildOptions>;
