import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getAbout, type About } from '@chat-battle/contracts/rest/routes/get-about'
import { botSource, listBots, type BotList } from '@chat-battle/contracts/rest/routes/list-bots'

/** What the installation says of itself; undefined: the server does not answer. */
export async function fetchAbout(options?: CallOptions): Promise<About | undefined> {
  return callRoute(getAbout, {}, options).catch(() => undefined)
}

export interface BotCounts {
  /** How many people each source names. */
  bySource: Readonly<Record<BotList['bots'][number]['source'], number>>
  /** There are more than the answer has. */
  isCut: boolean
}

/** Undefined: the server does not answer. */
export async function fetchBotCounts(options?: CallOptions): Promise<BotCounts | undefined> {
  const list = await callRoute(listBots, {}, options).catch(() => undefined)
  return list === undefined ? undefined : botCountsOf(list)
}

export function botCountsOf({ bots, cut }: Pick<BotList, 'bots' | 'cut'>): BotCounts {
  const bySource = Object.fromEntries(
    botSource.options.map((source) => [source, bots.filter((bot) => bot.source === source).length]),
  ) as BotCounts['bySource']
  return { bySource, isCut: cut }
}
