/** What an engine may be able to do, and labs may need. Whether it can is found out by trying: `probe.ts`. */
export const CAPABILITIES = {
  'virtual-time': 'time that can be moved',
  freeze: 'functions that stand still between invocations',
  'token-expiry': 'session tokens that are checked, and end',
  iam: 'policies that are enforced',
  faults: 'calls of functions that can be made to fail',
  kill: 'processes that can be killed at a call',
  trace: 'a record of the calls that functions make',
  hops: 'a record of what the cloud does by itself',
  scripts: 'scripts that run in a sandbox',
  instances: 'instances that run their user data',
  ansible: 'the real ansible-playbook on instances',
} as const;

export type Capability = keyof typeof CAPABILITIES;

export const capabilityNames = Object.keys(CAPABILITIES) as [Capability, ...Capability[]];

/** For each capability: it is there, or what the attempt showed. */
export type Capabilities = Readonly<Record<Capability, true | string>>;

/** The names of those that are there. */
export const present = (capabilities: Capabilities): Capability[] =>
  capabilityNames.filter((name) => capabilities[name] === true);

/** Why the others are not. */
export const lacking = (capabilities: Capabilities): Record<string, string> =>
  Object.fromEntries(Object.entries(capabilities).filter((one): one is [string, string] => one[1] !== true));
