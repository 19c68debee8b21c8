import { expect, test } from 'vitest'
import { answerVisit, isPageVisit } from './visits.ts'

const origin = 'http://chat.example'

test.each([
  ['the start page', 'navigate', '/', true],
  ['a battle', 'navigate', '/?channels=a,b', true],
  ['the page that builds overlays', 'navigate', '/overlay', true],
  ['an overlay on air', 'navigate', '/overlay/a,b?layout=bar', false],
  ['a request of the page', 'cors', '/api/channels', false],
  ['a picture', 'no-cors', '/emotes/7tv/1/1x', false],
] as const)('%s: is it a visit', (_, mode, path, expected) => {
  expect(isPageVisit({ mode, url: origin + path })).toBe(expected)
})

test('passes on whatever the server answers', async () => {
  const answer = new Response('failed', { status: 500 })
  expect(await answerVisit(new Request(origin), 'offline', () => Promise.resolve(answer))).toBe(answer)
})

test('shows the offline page, which nobody stores, where the server does not answer', async () => {
  const away = () => Promise.reject(new TypeError('Failed to fetch'))
  const answer = await answerVisit(new Request(origin), 'offline', away)
  expect([answer.status, await answer.text()]).toEqual([503, 'offline'])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
})
