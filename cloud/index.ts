/** What other rooms use of the cloud. */
export { type Cloud, type CloudOptions, openCloud } from './cloud.ts';
export type { Fault, TraceEntry } from './contract.ts';
export type { Capabilities } from './engine/capabilities.ts';
export { SandboxUnavailable } from './sandbox/contract.ts';
export { runtimeLayer } from './services/lambda/runtime/layer.ts';
