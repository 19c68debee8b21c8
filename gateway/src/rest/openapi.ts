import { z } from 'zod'
import { channelNamePattern } from '@chat-battle/contracts/channel-name'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import {
  channelList,
  defaultPageSize,
  health,
  leasesTaken,
  maxChannelsPerRequest,
  maxPageSize,
  snapshots,
  watchAccepted,
} from '@chat-battle/contracts/rest/responses'

const json = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
})
const ok = (description: string, schema: string) => ({ description, content: json(schema) })
const error = (description: string) => ok(description, 'Error')

const channelParameter = {
  name: 'channel',
  in: 'path',
  required: true,
  description:
    'A login, in any case, or a numeric id. Digits are an id first; `@` in front makes them a login',
  schema: { type: 'string', pattern: channelNamePattern },
}

const windowParameter = {
  name: 'window_start',
  in: 'query',
  description: 'The start of a window; the current one if absent',
  schema: { type: 'integer', multipleOf: 600_000 },
}

const channelsParameter = {
  name: 'channels',
  in: 'query',
  required: true,
  description: `1 to ${maxChannelsPerRequest} names of channels, separated by commas`,
  schema: { type: 'string' },
  example: 'pixelparade,@900',
}

const listParameters = [
  {
    name: 'logins',
    in: 'query',
    description: 'Only these channels, separated by commas',
    schema: { type: 'string' },
  },
  {
    name: 'state',
    in: 'query',
    description: 'Only channels in one of these states, separated by commas',
    schema: { type: 'string' },
    example: 'joined,reconnecting',
  },
  {
    name: 'limit',
    in: 'query',
    description: 'How many channels a page holds',
    schema: { type: 'integer', minimum: 1, maximum: maxPageSize, default: defaultPageSize },
  },
  {
    name: 'cursor',
    in: 'query',
    description: '`next_cursor` of the page before',
    schema: { type: 'string' },
  },
]

const always = {
  413: error('payload_too_large'),
  429: error('rate_limited'),
  503: error('not_ready'),
}

/** What the REST API offers, as OpenAPI 3.1. The schemas are those of the contracts. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Chat Battle',
    version: '1.0.0',
    description:
      'Live statistics of Twitch chats. Times are epoch milliseconds. For pushed updates use Socket.IO.',
  },
  paths: {
    '/api/channels': {
      get: {
        operationId: 'listChannels',
        summary: 'The monitored channels with their status, by login, in pages',
        parameters: listParameters,
        responses: {
          200: ok('A page of channels', 'ChannelList'),
          400: error('malformed_channel, malformed_request'),
          ...always,
        },
      },
    },
    '/api/snapshots': {
      get: {
        operationId: 'getSnapshots',
        summary:
          'Status and statistics of several channels; renews the leases of those that are monitored, and never starts one',
        parameters: [channelsParameter, windowParameter],
        responses: {
          200: ok('An entry for each name; what is refused of one is its `error`', 'Snapshots'),
          400: error('malformed_request'),
          ...always,
        },
      },
    },
    '/api/watch': {
      post: {
        operationId: 'watchSeveral',
        summary: 'Requests that several channels are monitored, and keeps them so for a while',
        parameters: [channelsParameter],
        responses: {
          202: ok('An entry for each name; what is refused of one is its `error`', 'LeasesTaken'),
          400: error('malformed_request'),
          ...always,
        },
      },
    },
    '/api/channels/{channel}/stats': {
      get: {
        operationId: 'getStats',
        summary:
          'The statistics of a window; renews the lease of a channel that is monitored, and never starts one',
        parameters: [channelParameter, windowParameter],
        responses: {
          200: ok('The statistics', 'ChannelStats'),
          400: error('malformed_channel, malformed_request'),
          404: error('channel_not_monitored, channel_not_found, channel_suspended, window_not_found'),
          ...always,
        },
      },
    },
    '/api/channels/{channel}/watch': {
      post: {
        operationId: 'watch',
        summary: 'Asks for a channel to be monitored, and keeps it so for a while',
        parameters: [channelParameter],
        responses: { 202: ok('Accepted', 'WatchAccepted'), 400: error('malformed_channel'), ...always },
      },
    },
    '/api/health': {
      get: {
        operationId: 'getHealth',
        summary: 'Whether this instance can serve',
        responses: { 200: ok('It can', 'Health'), 503: ok('It cannot', 'Health') },
      },
    },
    '/api/openapi.json': {
      get: {
        operationId: 'getOpenApi',
        summary: 'This document',
        responses: {
          200: {
            description: 'This document',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      ChannelStats: z.toJSONSchema(channelStats, { io: 'output' }),
      ChannelList: z.toJSONSchema(channelList, { io: 'output' }),
      Snapshots: z.toJSONSchema(snapshots, { io: 'output' }),
      LeasesTaken: z.toJSONSchema(leasesTaken, { io: 'output' }),
      WatchAccepted: z.toJSONSchema(watchAccepted, { io: 'output' }),
      Health: z.toJSONSchema(health, { io: 'output' }),
      Error: z.toJSONSchema(errorBody, { io: 'output' }),
    },
  },
}
