import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { expect, operatorToken } from './fixtures.ts'

/** Waits until the archive has so many messages of a channel with a text. */
export async function archived(
  origin: string,
  channel: string,
  query: { from: number; to: number },
  count: number,
): Promise<void> {
  const headers = { authorization: `Bearer ${operatorToken}` }
  const matched = async () =>
    (await callRoute(searchMessages, { params: { channel }, query }, { origin, headers })).matched
  await expect.poll(matched).toBe(count)
}
