import { launch } from '../ensure.mjs';

await launch('workbook/prove/main.ts');
