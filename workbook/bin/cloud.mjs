import { launch } from '../ensure.mjs';

await launch('cloud/main.ts');
