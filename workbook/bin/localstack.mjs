import { launch } from '../ensure.mjs';

await launch('cloud/localstack/main.ts');
