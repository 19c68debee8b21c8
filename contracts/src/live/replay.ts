import { z } from '../zod.ts'
import { epochMs, opaqueId } from '../primitives.ts'
import { requestError } from '../rest/errors.ts'

/** A replay of archived chat, on a socket that is subscribed to nothing. Times are epoch ms of channel time. */

export const maxReplayChannels = 4
/** How many replays may run at a time: per gateway, and per client address. */
export const maxReplays = 32
export const maxReplaysPerAddress = 4
export const maxReplayRangeMs = 24 * 60 * 60_000

export const replaySpeed = z.union([z.literal(1), z.literal(2), z.literal(5), z.literal(20)])

/**
 * Starts a replay. The channels' `status`, `stats`, `moment` and, to the operator, `messages` follow as they were live, then a
 * `replay_state`. A frame's `revision` grows until the replay jumps back.
 */
export const replayRequest = z.object({
  /** Logins in any case, or numeric ids. */
  channels: z.array(z.string()).min(1).max(maxReplayChannels),
  from: epochMs,
  to: epochMs,
  /** Where it begins, in the range. Default: `from`. */
  at: epochMs.optional(),
  speed: replaySpeed.default(1),
})

/** `seek` needs `at`, in the range of the replay; `speed` needs `speed`. */
export const replayControl = z.object({
  replay_id: opaqueId,
  action: z.enum(['pause', 'resume', 'seek', 'speed', 'stop']),
  at: epochMs.optional(),
  speed: replaySpeed.optional(),
})

export const replayAck = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    replay_id: opaqueId,
    /** Whether the socket is the operator's, who gets `messages` and the samples of moments. */
    shows_texts: z.boolean().default(false),
  }),
  z.object({ ok: z.literal(false), error: requestError }),
])

/** The event `replay_state`: once per second, and whenever something but `at` changes. */
export const replayState = z.object({
  replay_id: opaqueId,
  /** `waiting`: for the archive. `ended`: everything up to `at` was sent. `failed`: what follows `at` is missing, see `error`. */
  state: z.enum(['playing', 'waiting', 'paused', 'ended', 'failed']),
  /** Everything up to here was sent. */
  at: epochMs,
  speed: replaySpeed,
  error: requestError.nullable(),
})

export type ReplaySpeed = z.infer<typeof replaySpeed>
export type ReplayRequest = z.infer<typeof replayRequest>
export type ReplayControl = z.infer<typeof replayControl>
export type ReplayAck = z.infer<typeof replayAck>
export type ReplayState = z.infer<typeof replayState>
