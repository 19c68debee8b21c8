import { setTimeout as delay } from 'node:timers/promises'

export interface Load {
  linesPerSecond: number
  channels: number
}

/** The clock of all processes and of the broker, epoch ms. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

/** Calls `send` with the number of each line at its time, evenly spread, and resolves to the number of lines. */
export async function pace(
  { linesPerSecond }: Load,
  seconds: number,
  send: (line: number) => void,
): Promise<number> {
  const beganMs = performance.now()
  let line = 0
  while (performance.now() - beganMs < seconds * 1000) {
    for (const due = ((performance.now() - beganMs) / 1000) * linesPerSecond; line < due; line++) send(line)
    await delay(1)
  }
  return line
}
