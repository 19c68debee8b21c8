/** Reads and writes the value of `<input type="datetime-local">`, `2026-11-26T14:05`, in a time zone. Times are epoch ms. */

export function toLocalInput(epochMs: number, zone: string): string {
  return new Date(epochMs + offsetMs(epochMs, zone)).toISOString().slice(0, 16)
}

/** Undefined: not a time. In the hour that a change of clocks repeats, the earlier one. */
export function fromLocalInput(text: string, zone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined
  const asUtc = Date.parse(`${text}Z`)
  if (Number.isNaN(asUtc)) return undefined
  const dayMs = 24 * 60 * 60_000
  const offsets = [offsetMs(asUtc - dayMs, zone), offsetMs(asUtc + dayMs, zone)]
  const found = offsets.map((offset) => asUtc - offset).filter((at) => at + offsetMs(at, zone) === asUtc)
  // In the hour that a change of clocks leaves out, the time after it.
  return found.length === 0 ? asUtc - (offsets[0] ?? 0) : Math.min(...found)
}

/** How far the clocks of a zone are ahead of UTC, in ms. */
function offsetMs(epochMs: number, zone: string): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(epochMs / 1000) * 1000
}
