/** Is there a process of this number? */
export function isAlive(pid: number): boolean;
