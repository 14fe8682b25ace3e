/** Path of a built program, or undefined where it has to be loaded as TypeScript. */
export function programOf(file: string): Promise<string | undefined>;
