/** The parts of `npm test`, in the order in which they run: what is quick to fail comes first. */
export interface Stage {
  readonly name: string;
  /** One line for people: what this stage shows. */
  readonly shows: string;
  readonly command: readonly string[];
  /** `exit`: the stage is one check, passed when it exits 0. `counts`: its last line says `N passed, N failed, N skipped`. */
  readonly result: 'exit' | 'counts';
}

const node = process.execPath;
const typescript = (file: string, ...words: string[]): string[] => [node, '--import', 'tsx', file, ...words];

export const stages: readonly Stage[] = [
  {
    name: 'types',
    shows: 'everything type-checks, and every starter, solution, alternate and mutant',
    command: typescript('workbook/prove/types.ts'),
    result: 'exit',
  },
  {
    name: 'lint',
    shows: 'Biome finds nothing, every file is formatted',
    command: [node, 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    result: 'exit',
  },
  {
    name: 'tests',
    shows: 'the cloud, the sandboxes, the workbook and the site do what they say',
    command: typescript('workbook/suite/vitest.ts'),
    result: 'counts',
  },
  {
    name: 'labs',
    shows: 'starters fail as intended, solutions and alternates pass, mutants are rejected by the check they name',
    command: typescript('workbook/prove/main.ts'),
    result: 'counts',
  },
  {
    name: 'clients',
    shows: 'the AWS SDK, boto3 and the AWS CLI work against the cloud',
    command: typescript('cloud/clients/run.ts'),
    result: 'counts',
  },
];
