import { z } from './zod.ts'

/** Epoch ms, within the range of `Date`. */
export const epochMs = z.int().min(0).max(8.64e15)
export const count = z.int().min(0)
export const channelId = z.string().regex(/^[0-9]{1,20}$/)
export const channelLogin = z.string().regex(/^[a-z0-9_]{1,64}$/)
/** Ids of people, messages and emotes: opaque, bounded. */
export const opaqueId = z.string().min(1).max(128)
/** A name to show, never to interpret. */
export const shownName = z.string().max(256)
