import { launch } from '../ensure.mjs';

process.argv.push('every');
await launch('workbook/prove/main.ts');
