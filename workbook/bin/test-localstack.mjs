import { launch } from '../ensure.mjs';

await launch('workbook/engines/main.ts');
