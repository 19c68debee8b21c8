import { listBots, maxListedBots } from '@chat-battle/contracts/rest/routes/list-bots'
import { listBots as botsOf } from '../../emotes/bot-list.ts'
import { endpoint, reply } from '../endpoint.ts'

export const listBotsEndpoint = endpoint(listBots, (context, { query }) => {
  const { channels, emoteSets, statusView, bots } = context
  const login = query.channel === undefined ? undefined : channels.resolve(query.channel)
  // An unknown channel has no list of its own.
  const channelId = login === undefined ? undefined : (channels.status(login).channel_id ?? '')
  const found = botsOf({
    logins: bots.logins,
    heads: emoteSets.heads(),
    channelId,
    loginOf: (id) => statusView.loginOf(id),
  })
  const listed = found.take(maxListedBots + 1).toArray()
  return reply(200, {
    bots: listed.slice(0, maxListedBots),
    not_bots: [...bots.notLogins],
    cut: listed.length > maxListedBots,
  })
})
