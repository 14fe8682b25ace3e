import { launch } from '../ensure.mjs';

await launch('workbook/bench/main.ts');
