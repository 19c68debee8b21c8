const plain = new Intl.NumberFormat('en')

/** The same on the server and in every browser. */
export function formatCount(count: number): string {
  return plain.format(Math.round(count))
}

/** A clock time: in UTC until the browser's zone is known. */
export function formatTime(epochMs: number, isLocal: boolean): string {
  const options = { hour: '2-digit', minute: '2-digit' } as const
  if (isLocal) return new Intl.DateTimeFormat(undefined, options).format(epochMs)
  return `${new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(epochMs)} UTC`
}
