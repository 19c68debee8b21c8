/** The media type that a picture's own bytes show; undefined for everything else, as SVG, which is a document with scripts. */
export function pictureTypeOf(bytes: Buffer): string | undefined {
  const text = (from: number, to: number) => bytes.toString('latin1', from, to)
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg'
  // ISO base media: the brand of a picture or of a sequence.
  if (text(4, 8) === 'ftyp' && /^avi[fs]$/.test(text(8, 12))) return 'image/avif'
  return undefined
}
