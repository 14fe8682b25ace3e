import { launch } from '../ensure.mjs';

await launch('cloud/clients/run.ts');
