import { z } from '../../zod.ts'
import { count, epochMs } from '../../primitives.ts'
import { setProvider } from '../../records/emote-set.ts'
import { defineRoute } from '../route.ts'

/** What an installation keeps, and by what it counts: from its settings and from what it received. */
export const about = z.object({
  /** OPERATOR_CONTACT: an https or mailto address of who runs it; null: not set. */
  contact: z.string().nullable(),
  opt_out: z.object({
    /** Whether people can opt out at all: PERSON_HASH_SECRET is set. */
    is_possible: z.boolean(),
    /** OPT_OUT_COMMAND: the message by which people opt out in any monitored chat; null: by the operator only. */
    command: z.string().nullable(),
  }),
  retention: z.object({
    /** Messages as received; deleted within an hour after it. */
    input_hours: count,
    /** Archived messages: ARCHIVE_RETENTION_HOURS; 0: none is archived. */
    message_hours: count,
    /** Figures and top lists of closed windows, moments and streams. */
    figure_days: count,
  }),
  counting: z.object({
    window_ms: count,
    /** How long after its end a window still counts its events. */
    grace_ms: count,
    /** Up to so many people, those of a window are counted exactly. */
    exact_chatters: count,
    /** Standard error of the distinct people of several windows, as a share: 0.0081 is 0.81 %. */
    chatters_error: z.number(),
    /** Below so many messages with a known mood, none is shown. */
    min_mood_messages: count,
  }),
  /** When Twitch's API last answered for any channel, epoch ms; null: never, so viewers and streams are not known. */
  viewers_checked_at: epochMs.nullable(),
  /** When each provider's emotes of every channel were last read, epoch ms. A missing provider is off, or did not answer yet. */
  emote_sets: z.array(z.object({ provider: setProvider, fetched_at: epochMs })),
})

export const getAbout = defineRoute({
  id: 'getAbout',
  method: 'GET',
  path: '/api/about',
  summary: 'Get what this installation keeps and how it counts, and how people opt out',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'About', description: 'About this installation', body: about } },
  errors: [],
})

export type About = z.infer<typeof about>
