import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'

const people = 900
const texts = [
  'that was close',
  'LETS GO',
  'is this the final round?',
  'first time here, hello from the other side of the world, what did I miss until now in this run of yours?',
  'gg',
  'see https://example.com/clips/abc for the best part of yesterday',
  'I do not think that this works, but try it anyway and we will see what comes of it',
  'no way',
]
const emote = 'benchEmote'

/** Messages as a busy chat has them: short and long ones, repeats, emotes, links, answers and badges. */
export class BusyMessages {
  readonly #prefix: string
  #count = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Messages of one batch. `hasVotes`: its first person votes. */
  several(count: number, nowMs: number, hasVotes: boolean): ShownMessage[] {
    const messages = Array.from({ length: count }, () => this.#next(nowMs))
    const [first] = messages
    if (hasVotes && first !== undefined)
      messages[0] = { ...first, message: String(1 + (this.#count % 2)), emotes: [] }
    return messages
  }

  #next(nowMs: number): ShownMessage {
    const index = ++this.#count
    const person = Math.floor(people * Math.random() ** 2)
    const text = `${texts[index % texts.length]} ${index % 5 === 0 ? '' : index}`.trim()
    const hasEmote = index % 2 === 0
    const start = Array.from(text).length + 1
    return {
      message_id: `${this.#prefix}-${index}`,
      user_id: String(12_345_670 + person),
      username: `some_chatter_${person}`,
      display_name: `Some_Chatter_${person}`,
      color: `#${((person * 65_537) % 0x1000000).toString(16).padStart(6, '0')}`,
      message: hasEmote ? `${text} ${emote}` : text,
      is_action: index % 50 === 0,
      timestamp: nowMs,
      emotes: hasEmote
        ? [
            {
              id: String(425_618 + (index % 60)),
              name: emote,
              start,
              end: start + emote.length,
              provider: 'twitch',
            },
          ]
        : [],
      badges: person % 3 === 0 ? { subscriber: '12' } : {},
      bits: index % 200 === 0 ? 100 : 0,
      is_first: index % 90 === 0,
      is_subscriber: person % 3 === 0,
      reply_to:
        index % 12 === 0
          ? { message_id: 'x', user_id: '12345671', username: 'some_chatter_1', is_bot: false }
          : null,
      source_channel_id: null,
      is_bot: false,
    }
  }
}
