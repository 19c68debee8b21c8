import { z } from '../../zod.ts'
import { count, epochMs, opaqueId, shownName } from '../../primitives.ts'
import { shownMessage } from '../../records/shown-message.ts'
import { channelName, rangeFrom, rangeTo } from '../parameters.ts'
import { defineRoute } from '../route.ts'

/** Messages per page. */
export const maxMessagesPerPage = 100
/** After so many messages, or so long, a request answers with what it has. */
export const maxRowsPerSearch = 150_000
export const maxSearchMs = 3000
/** Searches that a gateway serves at the same time. */
export const maxSearches = 4
/** How many words and phrases one request may have. */
export const maxSearchTerms = 8

export const foundMessages = z.object({
  /** Newest first. Messages without a text, because it was removed, are not found. */
  messages: z.array(shownMessage).max(maxMessagesPerPage),
  /** How many messages of the scanned range match: exact. */
  matched: count,
  /** The part of the requested range that this request has searched. */
  scanned: z.object({ from: epochMs, to: epochMs }),
  /** `?cursor=` of the next page, which is older; null: the whole range is searched and returned. */
  cursor: z.string().nullable(),
})

export const searchMessages = defineRoute({
  id: 'searchMessages',
  method: 'GET',
  path: '/api/channels/{channel}/messages',
  summary: `Search the archived messages of a channel, newest first. A request ends after ${maxRowsPerSearch} messages or ${maxSearchMs / 1000} s; \`scanned\` has how far it came`,
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    from: rangeFrom,
    to: rangeTo,
    words: z
      .string()
      .max(200)
      .optional()
      .describe(
        `Whole words in any case, separated by blanks; a phrase in double quotes is found as a part of the text. At most ${maxSearchTerms} together, all of which a message has to contain.`,
      ),
    emote: shownName.min(1).optional().describe('The name of an emote, in exact case.'),
    user: opaqueId.optional().describe('A login, or a numeric id of a person.'),
    cursor: z
      .string()
      .max(200)
      .optional()
      .describe('`cursor` of the previous page, with the same other parameters.'),
  }),
  responses: { 200: { name: 'FoundMessages', description: 'A page of messages', body: foundMessages } },
  errors: ['malformed_channel', 'channel_not_monitored', 'range_not_served', 'archive_unavailable'],
})

export type FoundMessages = z.infer<typeof foundMessages>
