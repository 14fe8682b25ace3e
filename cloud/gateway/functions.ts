/**
 * Functions call AWS at the address that AWS_ENDPOINT_URL names. For their calls to be seen and to fail as faults say, that is
 * the gateway's: it is put among a function's variables on the way in, and taken out again on the way back.
 */

const VARIABLE = 'AWS_ENDPOINT_URL';
const CONFIGURING = ['CreateFunction', 'UpdateFunctionConfiguration'];
const TELLING = [
  ...CONFIGURING,
  'GetFunction',
  'GetFunctionConfiguration',
  'ListFunctions',
  'ListVersionsByFunction',
  'PublishVersion',
  'UpdateFunctionCode',
];

interface Configuration {
  Environment?: { Variables?: Record<string, string> };
}

interface Told extends Configuration {
  Configuration?: Configuration;
  Functions?: Configuration[];
  Versions?: Configuration[];
  Code?: { Location?: string };
}

export const tellsOfFunctions = (service: string, operation: string): boolean =>
  service === 'lambda' && TELLING.includes(operation);

/** The request's body with the gateway's address in it. A function that brings an address of its own keeps it. */
export function withEndpoint(operation: string, body: Buffer, endpoint: string): Buffer {
  if (!CONFIGURING.includes(operation)) return body;
  const input = parsed<Configuration>(body);
  // An update that says nothing of variables changes none.
  if (!input || (operation !== 'CreateFunction' && !input.Environment)) return body;
  const Variables = { [VARIABLE]: endpoint, ...input.Environment?.Variables };
  return Buffer.from(JSON.stringify({ ...input, Environment: { ...input.Environment, Variables } }));
}

/** The answer's body without that address, and with packages to be fetched by way of the gateway. */
export function withoutEndpoint(body: Buffer, endpoint: string, gateway: string): Buffer {
  const told = parsed<Told>(body);
  if (!told) return body;
  for (const one of [told, told.Configuration, ...(told.Functions ?? []), ...(told.Versions ?? [])]) {
    const variables = one?.Environment?.Variables;
    if (!one || variables?.[VARIABLE] !== endpoint) continue;
    delete variables[VARIABLE];
    if (Object.keys(variables).length === 0) delete one.Environment;
  }
  if (told.Code?.Location) {
    const { pathname, search } = new URL(told.Code.Location);
    told.Code.Location = gateway + pathname + search;
  }
  return Buffer.from(JSON.stringify(told));
}

/** Undefined for what is no JSON: the engine says so itself. */
export function parsed<T>(body: Buffer): T | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as T;
  } catch {
    return undefined;
  }
}
