import { launch } from '../ensure.mjs';

await launch('workbook/soak/main.ts');
