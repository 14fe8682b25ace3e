export async function handler(event: { readonly number: number }): Promise<number> {
  console.log('doubling', event.number);
  return event.number;
}
