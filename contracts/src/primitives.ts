import { z } from './zod.ts'

/** Epoch milliseconds, within what a `Date` can hold. */
export const epochMs = z.int().min(0).max(8.64e15)
export const count = z.int().min(0)
export const channelId = z.string().regex(/^[0-9]{1,20}$/)
export const channelLogin = z.string().regex(/^[a-z0-9_]{1,64}$/)
/** Ids that Twitch gives to people, messages and emotes: opaque, bounded. */
export const opaqueId = z.string().min(1).max(128)
/** A name that is shown, never interpreted. */
export const shownName = z.string().max(256)
