import { z } from '../../zod.ts'
import { channelNamePattern, channelNameRule } from '../../channel-name.ts'
import { channelStatus } from '../../records/channel-status.ts'
import { defineRoute } from '../route.ts'

const defaultPageSize = 100
const maxPageSize = 1000
/** Keeps the longest request line below Node's limit of 16 KiB for a request's headers. */
const maxLogins = 400

export const channelList = z.object({
  /** Sorted by login. */
  channels: z.array(channelStatus),
  /** `?cursor=` of the next page; null on the last page. */
  next_cursor: z.string().nullable(),
})

// An empty text and a list of one empty item are the same query string, so the lists accept empty items and drop them.
export const listChannels = defineRoute({
  id: 'listChannels',
  method: 'GET',
  path: '/api/channels',
  summary: 'List the monitored channels with their status, sorted by login, in pages',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({
    logins: z
      .array(z.string().regex(new RegExp(`^(${channelNamePattern.slice(1, -1)})?$`), channelNameRule))
      .max(maxLogins)
      .transform((names) => names.filter((name) => name !== ''))
      .optional()
      .describe(`Only these channels: at most ${maxLogins} names, separated by commas; none if empty.`),
    state: z
      .array(z.enum([...channelStatus.shape.state.options, '']))
      .transform((states) => states.filter((state) => state !== ''))
      .optional()
      .meta({
        description: `Only channels in one of these states, separated by commas: ${channelStatus.shape.state.options.join(', ')}. All if empty.`,
        examples: [['joined', 'reconnecting']],
      }),
    limit: z
      .int()
      .min(1)
      .max(maxPageSize)
      .default(defaultPageSize)
      .describe(`Channels per page, 1 to ${maxPageSize}.`),
    cursor: z
      .string()
      .regex(/^[a-z0-9_]{1,64}$/)
      .optional()
      .describe('`next_cursor` of the previous page.'),
  }),
  responses: { 200: { name: 'ChannelList', description: 'A page of channels', body: channelList } },
  errors: ['malformed_channel'],
})

export type ChannelList = z.infer<typeof channelList>
