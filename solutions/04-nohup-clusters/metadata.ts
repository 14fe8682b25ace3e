/** Which instance is this? Its metadata service knows. Given; nothing to do here. */

const SERVICE = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';

let known: Promise<string> | undefined;

/** The id of the instance that this program runs on. */
export function instanceId(): Promise<string> {
  known ??= ask();
  return known;
}

async function ask(): Promise<string> {
  const token = await fetch(`${SERVICE}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
  });
  const answer = await fetch(`${SERVICE}/latest/meta-data/instance-id`, {
    headers: { 'x-aws-ec2-metadata-token': await token.text() },
  });
  if (!answer.ok) throw new Error(`The metadata service answers ${answer.status}.`);
  return await answer.text();
}
