/** A word for those who hear the page: read out when its reader pauses. */
export function say(words: string): void {
  const region = document.querySelector('#said');
  if (region) region.textContent = words;
}
