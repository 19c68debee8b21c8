import type { EmoteSetHead } from '@chat-battle/contracts/records/emote-set'
import { listEmoteSets, maxListedSets } from '@chat-battle/contracts/rest/routes/list-emote-sets'
import { endpoint, reply } from '../endpoint.ts'

export const listEmoteSetsEndpoint = endpoint(listEmoteSets, ({ emoteSets, statusView }) => {
  const loginOf = ({ channel_id: id }: EmoteSetHead) => (id === null ? null : statusView.loginOf(id))
  const sets = [...emoteSets.heads()].flatMap((head) => {
    const { provider, channel_id, emote_count, fetched_at } = head
    const channel_login = loginOf(head)
    return channel_login === undefined
      ? []
      : [{ provider, channel_id, channel_login, emote_count, fetched_at }]
  })
  const listed = sets.sort((one, other) => one.fetched_at - other.fetched_at).slice(0, maxListedSets)
  return reply(200, { at: Date.now(), sets: listed, total: sets.length })
})
