import { launch } from '../ensure.mjs';

await launch('workbook/cli/main.ts');
