export async function handler(event: { readonly number: number }): Promise<number> {
  return event.number;
}
