import { launch } from '../ensure.mjs';

await launch('workbook/suite/main.ts');
