import { launch } from '../ensure.mjs';

await launch('workbook/start/main.ts');
