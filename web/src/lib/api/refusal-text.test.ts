import { expect, test } from 'vitest'
import { refusalText } from './refusal-text.ts'

test('says a refusal in the visitor’s language by its kind', () => {
  const refusal = { kind: 'rate_limited', message: 'too many requests on this socket; slow down' } as const
  expect(refusalText(refusal, 'en')).toBe('too many requests on this socket; slow down')
  expect(refusalText(refusal, 'de')).toBe('zu viele Anfragen auf einmal')
})

test('falls back to the text of the server', () => {
  expect(refusalText({ kind: 'window_not_found', message: 'no such window' }, 'de')).toBe('no such window')
})
