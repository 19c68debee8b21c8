/** Times of a time zone, and the value of `<input type="datetime-local">`, `2026-11-26T14:05`, in it. Times are epoch ms. */

const formats = new Map<string, Intl.DateTimeFormat>()
const dayMs = 24 * 60 * 60_000

export function toLocalInput(epochMs: number, zone: string): string {
  return new Date(epochMs + zoneOffsetMs(epochMs, zone)).toISOString().slice(0, 16)
}

/** Undefined: not a time. */
export function fromLocalInput(text: string, zone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined
  const localMs = Date.parse(`${text}Z`)
  return Number.isNaN(localMs) ? undefined : epochOfLocal(localMs, zone)
}

/** The time at which the clocks of a zone show `localMs`, given as if it were UTC. In an hour that they repeat, the earlier one. */
export function epochOfLocal(localMs: number, zone: string): number {
  const offsets = [zoneOffsetMs(localMs - dayMs, zone), zoneOffsetMs(localMs + dayMs, zone)]
  const found = offsets
    .map((offset) => localMs - offset)
    .filter((at) => at + zoneOffsetMs(at, zone) === localMs)
  // In the hour that a change of clocks leaves out, the time after it.
  return found.length === 0 ? localMs - (offsets[0] ?? 0) : Math.min(...found)
}

/** How far the clocks of a zone are ahead of UTC, in ms. */
export function zoneOffsetMs(epochMs: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(epochMs / 1000) * 1000
}

/** A new one takes long to make. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}
