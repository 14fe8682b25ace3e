/**
 * Step 4.4: the user data that runs playbook.yml on its own instance. Given; nothing to do here.
 *
 * It fetches RUN/playbook.yml and does what RUNS says, word by word: `apply` and `check` run the playbook with the variables of
 * RUN/vars-0.json; `vars` goes on to those of RUN/vars-1.json, and so on; `leftover` leaves a file behind that belongs to the other role.
 * What came of each run is put into BUCKET as RUN/report-ROLE.json.
 */
import type { Variables } from './types.ts';

export const provision = (variables: Variables): string => `#!/bin/bash
${Object.entries(variables)
  .map(([name, value]) => `export ${name}='${value}'`)
  .join('\n')}
cat > provision.mjs <<'END'
${PROGRAM}END
node provision.mjs
`;

const PROGRAM = `import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const { BUCKET, RUN, ROLE, RUNS } = process.env;
const s3 = new S3Client();
const fetched = async (name) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: \`\${RUN}/\${name}\` }));
  writeFileSync(name, await Body.transformToByteArray());
};
const found = () => {
  if (!existsSync('cluster')) return [];
  const lines = execFileSync('find', ['cluster', '-printf', '%p\\t%y\\t%m\\n'], { encoding: 'utf8' }).trim().split('\\n').sort();
  return lines.map((line) => {
    const [path, type, mode] = line.split('\\t');
    return { path, type, mode, ...(type === 'f' ? { text: readFileSync(path, 'utf8') } : {}) };
  });
};
await fetched('playbook.yml');
const report = [];
let variables = 0;
for (const what of RUNS.split(' ')) {
  if (what === 'vars') {
    variables++;
    continue;
  }
  if (what === 'leftover') {
    mkdirSync('cluster', { recursive: true });
    writeFileSync(ROLE === 'worker' ? 'cluster/coordinator.json' : 'cluster/worker.json', '{}');
    continue;
  }
  const file = \`vars-\${variables}.json\`;
  if (!existsSync(file)) await fetched(file);
  const words = ['-i', 'localhost,', '--connection', 'local', '-e', \`@\${file}\`, ...(what === 'check' ? ['--check'] : []), 'playbook.yml'];
  const { status, stdout, stderr } = spawnSync('ansible-playbook', words, {
    encoding: 'utf8',
    env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCALHOST_WARNING: 'false', ANSIBLE_RETRY_FILES_ENABLED: 'false' },
  });
  const recap = Object.fromEntries([...(/localhost\\s+:(.*)/.exec(stdout)?.[1] ?? '').matchAll(/(\\w+)=(\\d+)/g)].map(([, name, count]) => [name, Number(count)]));
  report.push({ what, status, recap, output: (stdout + stderr).slice(-8000), found: found() });
}
await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: \`\${RUN}/report-\${ROLE}.json\`, Body: JSON.stringify(report) }));
`;
