export async function handler(event: { readonly number: number }): Promise<number> {
  return 2 * event.number;
}
