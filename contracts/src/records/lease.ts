import { z } from '../zod.ts'

/** A client wants a channel: a record's value on `monitored-channels`, keyed by login. It starts at its append time. */
export const lease = z.object({ ttl_ms: z.int().min(1000).max(3_600_000) })

export type Lease = z.infer<typeof lease>

/** The end of a lease, epoch ms. `appendedAtMs`: append time, epoch ms. */
export function leaseUntil(appendedAtMs: number, { ttl_ms }: Lease): number {
  return appendedAtMs + ttl_ms
}
