import { z } from '../../zod.ts'
import { count } from '../../primitives.ts'
import { shownMessage } from '../../records/shown-message.ts'
import { channelName, rangeFrom, rangeTo } from '../parameters.ts'
import { defineRoute } from '../route.ts'

/** How many exports a gateway sends at a time. */
export const maxExports = 4

/** The last record of an export. An export without it is cut. */
export const exportEnd = z.object({
  end: z.object({
    messages: count,
    /** Messages without a text, because it was removed or the person opted out. */
    left_out: count,
  }),
})

export const exportMessages = defineRoute({
  id: 'exportMessages',
  method: 'GET',
  path: '/api/channels/{channel}/export',
  summary:
    'Download the archived messages of a channel, oldest first. The last record is the end; without it the download was cut',
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    from: rangeFrom,
    to: rangeTo,
    format: z.enum(['ndjson', 'csv']).default('ndjson').describe('`ndjson` or `csv`.'),
  }),
  responses: {
    200: {
      name: 'ExportedRecord',
      description: 'One message per line, and the end',
      body: z.union([shownMessage, exportEnd]),
      streamedAs: ['application/x-ndjson', 'text/csv'],
    },
  },
  errors: [
    'malformed_channel',
    'channel_not_monitored',
    'range_not_served',
    'rate_limited',
    'archive_unavailable',
  ],
})
