const formats = new Map<string, Intl.DateTimeFormat>()

/** By how much the local time of a zone is ahead of UTC at `epochMs`, in ms. */
export function zoneOffsetMs(zone: string, epochMs: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
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
  }
  const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const localMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return localMs - Math.floor(epochMs / 1000) * 1000
}

/** The epoch ms of a local time, given as if it were UTC. Within the hour that is skipped in spring: an hour later. */
export function epochOfLocal(localMs: number, zone: string): number {
  const guess = localMs - zoneOffsetMs(zone, localMs)
  return localMs - zoneOffsetMs(zone, guess)
}

/** The value of a `datetime-local` input: `2026-11-26T14:05`. */
export function toLocalInput(epochMs: number, zone: string): string {
  return new Date(epochMs + zoneOffsetMs(zone, epochMs)).toISOString().slice(0, 16)
}

/** The epoch ms of the value of a `datetime-local` input; undefined where it is empty or malformed. */
export function fromLocalInput(value: string, zone: string): number | undefined {
  const localMs = Date.parse(`${value}Z`)
  return Number.isNaN(localMs) ? undefined : epochOfLocal(localMs, zone)
}
