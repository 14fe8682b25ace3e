export async function handler(event: { readonly number: number }): Promise<number> {
  return 3 * event.number;
}
