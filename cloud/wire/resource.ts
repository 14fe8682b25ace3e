/** What a call acts on, for the trace and for faults: by its input's members alone. */
export function resourceOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const text = (name: string): string | undefined =>
    typeof input[name] === 'string' ? (input[name] as string) : undefined;
  const bucket = text('Bucket');
  if (bucket !== undefined) return text('Key') === undefined ? bucket : `${bucket}/${text('Key')}`;
  const queue = text('QueueUrl');
  if (queue !== undefined) return queue.split('/').at(-1);
  const topic = text('TopicArn') ?? text('TargetArn') ?? text('SubscriptionArn');
  if (topic !== undefined) return topic.split(':')[5] ?? topic;
  const functionName = text('FunctionName');
  if (functionName !== undefined) return functionBaseName(functionName);
  const instances = input.InstanceIds;
  if (Array.isArray(instances) && instances.length === 1) return String(instances[0]);
  const table =
    text('TableName') ??
    text('ResourceArn') ??
    streamTable(text('StreamArn') ?? text('ShardIterator')) ??
    onlyTable(input.RequestItems) ??
    tableOfAll(input.TransactItems);
  if (table !== undefined) return table.replace(/^arn:aws:dynamodb:[^/]*:table\//, '');
  for (const name of [
    'InstanceId',
    'InstanceType',
    'QueueName',
    'UUID',
    'RoleName',
    'RoleArn',
    'PolicyArn',
    'UserName',
    'logGroupName',
    'AlarmName',
    'Rule',
    'Name',
  ]) {
    if (text(name) !== undefined) return text(name);
  }
  return undefined;
}

/** The table whose stream it is: of a stream's ARN, or of a place in a stream, which begins with it. */
const streamTable = (text: string | undefined): string | undefined =>
  text && /^arn:aws:dynamodb:[^/]*:table\/([^/]+)\/stream\//.exec(text)?.[1];

/** The table of a batch that concerns one table alone. */
function onlyTable(requests: unknown): string | undefined {
  const names = Object.keys(requests ?? {});
  return names.length === 1 ? names[0] : undefined;
}

/** The table of a transaction that concerns one table alone. */
function tableOfAll(items: unknown): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const actions = items.flatMap((item) =>
    Object.values((item ?? {}) as Record<string, { TableName?: unknown } | null>),
  );
  const names = new Set(actions.map((action) => action?.TableName));
  const [name] = names;
  return names.size === 1 && typeof name === 'string' ? name : undefined;
}

/** A function's bare name, from a name, `name:alias`, a partial or a full ARN. */
function functionBaseName(given: string): string {
  const parts = given.split(':');
  const at = parts.indexOf('function');
  return (at >= 0 ? parts[at + 1] : parts[0]) ?? given;
}
