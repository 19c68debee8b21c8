import { z } from '../zod.ts'

/** Interest in a channel, timed by the broker's append time: a record's value on `monitored-channels`, keyed by login. */
export const lease = z.object({ ttl_ms: z.int().min(1000).max(3_600_000) })

export type Lease = z.infer<typeof lease>

/** When a lease appended at `appendedAtMs` runs out, epoch ms. */
export function leaseUntil(appendedAtMs: number, { ttl_ms }: Lease): number {
  return appendedAtMs + ttl_ms
}
