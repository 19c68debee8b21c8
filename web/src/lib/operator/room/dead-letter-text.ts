/** Bytes of a record that are shown. */
const maxShownBytes = 600

/** The beginning of a record's value as text; what is no text is shown as replacement characters. */
export function deadLetterText(valueBase64: string): string {
  // Four characters are three bytes.
  const start = atob(valueBase64.slice(0, (maxShownBytes / 3) * 4))
  const bytes = Uint8Array.from(start, (each) => each.charCodeAt(0))
  const isCut = valueBase64.length > (maxShownBytes / 3) * 4
  return new TextDecoder().decode(bytes, { stream: isCut }) + (isCut ? '…' : '')
}
