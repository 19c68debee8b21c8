/** People repeat a text with other spaces, letter case, or an invisible character that defeats Twitch's check. */
export function withoutVariation(text: string): string {
  return text
    .replace(/[\u{e0000}-\u{e007f}\u200b-\u200d\u2060\ufeff\u034f]/gu, '')
    .trim()
    .replace(/\s+/gu, ' ')
    .toLowerCase()
}
