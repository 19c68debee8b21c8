import { z } from '../../zod.ts'
import { channelId, channelLogin, opaqueId } from '../../primitives.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

/** How many entries an answer lists. */
export const maxListedBots = 10_000

/** `built_in`: this project's list. `setting`: BOT_LOGINS. `bttv`, `ffz`: a channel named the person there. */
export const botSource = z.enum(['built_in', 'setting', 'bttv', 'ffz'])

export const listedBot = z.object({
  /** Null where the source names people by id. */
  login: channelLogin.nullable(),
  /** Null where the source names people by login. */
  user_id: opaqueId.nullable(),
  source: botSource,
  /** The channel in which the person is a bot; null: in every channel. */
  channel_id: channelId.nullable(),
  /** Null also where the login of the channel is not known now. */
  channel_login: channelLogin.nullable(),
})

export const botList = z.object({
  /** One entry per person and source. People with Twitch's own bot badge are bots too, and are in no list. */
  bots: z.array(listedBot).max(maxListedBots),
  /** NOT_BOT_LOGINS: no bots, whatever `bots` or a badge says. */
  not_bots: z.array(channelLogin),
  /** Whether further entries were left out. */
  cut: z.boolean(),
})

export const listBots = defineRoute({
  id: 'listBots',
  method: 'GET',
  path: '/api/bots',
  summary: 'List the people who count as bots, with the source that says so',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({
    channel: channelName
      .optional()
      .describe('Only the bots of this channel, by name or id, and those of every channel.'),
  }),
  responses: { 200: { name: 'BotList', description: 'The bots', body: botList } },
  errors: ['malformed_channel'],
})

export type ListedBot = z.infer<typeof listedBot>
export type BotList = z.infer<typeof botList>
