import { launch } from '../ensure.mjs';

await launch('site/main.ts');
