/** How a program gets onto an instance. Given; nothing to do here. */

/**
 * start.mjs, a program for Node: `node start.mjs NAME [FILE NAME]…` fetches the object programs/NAME.mjs and makes it the program that
 * goes on. Before that it fetches each other NAME and keeps it as an executable FILE. An image brings Node and the SDK along, and the
 * instance's role brings the credentials: so no key and no program has to be in the user data, which holds 16 KB.
 */
export const START = `import { renameSync, writeFileSync } from 'node:fs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client();
const fetched = async (name, file) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET, Key: \`programs/\${name}.mjs\` }));
  writeFileSync(\`\${file}.part\`, await Body.transformToByteArray(), { mode: 0o755 });
  renameSync(\`\${file}.part\`, file);
};
const [program, ...others] = process.argv.slice(2);
for (let at = 0; at < others.length; at += 2) await fetched(others[at + 1], others[at]);
await fetched(program, \`\${program}.mjs\`);
await import(\`\${process.cwd()}/\${program}.mjs\`);
`;
